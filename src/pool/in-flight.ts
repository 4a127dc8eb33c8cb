import type { AccountId } from "../core/account";
import type { SessionId } from "../core/session";

/** Which calls are out, per account and per conversation. Exact within this process. */
export class InFlight {
  readonly #counts = new Map<AccountId, number>();
  readonly #callsOf = new Map<SessionId, number>();
  readonly #sessions = new Map<SessionId, AccountId>();

  /** Calls that are out on this account. */
  count(id: AccountId): number {
    return this.#counts.get(id) ?? 0;
  }

  /** Where conversations were sent last that still wait, so that parallel calls of one stay together. */
  get sessions(): ReadonlyMap<SessionId, AccountId> {
    return this.#sessions;
  }

  /** Counts a call until the returned function is called. */
  hold(id: AccountId, sessionId: SessionId | undefined): () => void {
    this.#counts.set(id, this.count(id) + 1);
    if (sessionId !== undefined) {
      this.#sessions.set(sessionId, id);
      this.#callsOf.set(sessionId, (this.#callsOf.get(sessionId) ?? 0) + 1);
    }
    return () => this.#release(id, sessionId);
  }

  #release(id: AccountId, sessionId: SessionId | undefined): void {
    this.#counts.set(id, Math.max(0, this.count(id) - 1));
    if (sessionId === undefined) return;
    const left = (this.#callsOf.get(sessionId) ?? 1) - 1;
    if (left > 0) {
      this.#callsOf.set(sessionId, left);
    } else {
      this.#callsOf.delete(sessionId);
      this.#sessions.delete(sessionId);
    }
  }
}
