import type { AccountId, EpochMs } from "../core/account";
import { BEAT_MS } from "../core/presence";
import type { Database } from "../ports/files";
import { dropDeadPresences, dropPresence, writePresence } from "./presence-rows";

/**
 * What this process has out, and whether the database says so. A call that is over before anybody wrote is never written:
 * short processes leave nothing behind, and killed ones are swept up by the next that writes.
 */
export class OwnPresence {
  readonly #inFlight = new Map<AccountId, number>();
  #processId: string | undefined;
  #isChanged = false;
  #isWritten = false;
  #beatAt: EpochMs = 0;

  /** Undefined before the first call. */
  get processId(): string | undefined {
    return this.#processId;
  }

  /** Calls are out, so a word from time to time is due. */
  get isOut(): boolean {
    return this.#inFlight.size > 0;
  }

  /** So many calls are out on an account now. */
  set(processId: string, accountId: AccountId, count: number): void {
    this.#processId = processId;
    this.#isChanged = true;
    if (count > 0) this.#inFlight.set(accountId, count);
    else this.#inFlight.delete(accountId);
  }

  /** Whether the database should hear of it. */
  isDue(now: EpochMs): boolean {
    if (!this.isOut) return this.#isWritten;
    return this.#isChanged || !this.#isWritten || Math.abs(now - this.#beatAt) >= BEAT_MS;
  }

  /** Says it; call it inside a transaction and `written` once that is committed. */
  write(database: Database, now: EpochMs): void {
    if (this.#processId === undefined || !this.isDue(now)) return;
    dropDeadPresences(database, now);
    if (this.isOut) writePresence(database, { processId: this.#processId, beatAt: now, inFlight: this.#inFlight });
    else dropPresence(database, this.#processId);
  }

  /** What `write` wrote at `now` is on disk. */
  written(now: EpochMs): void {
    if (!this.isDue(now)) return;
    this.#isChanged = false;
    this.#isWritten = this.isOut;
    this.#beatAt = now;
  }

  /** Another file: it has not heard anything. */
  unwritten(): void {
    this.#isWritten = false;
  }

  /** The process ends: nothing is out any more. */
  leave(): void {
    this.#inFlight.clear();
  }
}
