import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import { BEAT_MS } from "../core/presence";
import { pacificDayStart } from "../core/quota/pacific-day";
import type { PoolState, StateChange, UsageEntry } from "../core/state";
import type { AccountUsage, StateStore } from "../ports/state-store";
import type { Cancel } from "../ports/world";
import { StateConnection } from "./state-connection";
import type { StateWorld } from "./state-open";
import { SyncedState } from "./state-synced";
import { sumUsage } from "./usage-sums";

/** Four writes a second at most for what is not urgent. */
const COALESCE_MS: DurationMs = 250;

/** How often it looks for a database that cannot be used for now. */
const RETRY_MS: DurationMs = 5_000;

/**
 * What the pool has learnt, in SQLite, shared by all processes of the user; holds no secret. Opened at first use.
 * `current` returns a live view. The queries are for people, not for every pick. Nothing throws and nobody waits for more
 * than a busy timeout: without a usable disk it works from memory and says so, in `problem()` while it lasts and once as
 * `storage.degraded`. It serves one pool.
 */
export const createStateStore = (world: StateWorld): StateStore => new SharedState(world);

class SharedState implements StateStore {
  readonly #world: StateWorld;
  readonly #connection: StateConnection;
  readonly #synced: SyncedState;
  #cancelFlush: Cancel | undefined;
  #cancelBeat: Cancel | undefined;
  #isClosed = false;

  constructor(world: StateWorld) {
    this.#world = world;
    this.#connection = new StateConnection(world);
    this.#synced = new SyncedState(this.#connection, world.clock);
  }

  current(): PoolState {
    this.#synced.refresh();
    this.#flushSoon();
    return this.#synced.learnt.state;
  }

  apply(changes: readonly StateChange[]): void {
    let isUrgent = false;
    for (const change of changes) isUrgent = this.#synced.apply(change) || isUrgent;
    if (isUrgent) this.#flushNow();
    else this.#flushSoon();
  }

  usage(now: EpochMs): ReadonlyMap<AccountId, AccountUsage> {
    return sumUsage(this.#synced.usageSince(pacificDayStart(now)), this.#synced.usageTotals());
  }

  recentModels(now: EpochMs): readonly string[] {
    return this.#synced.recentModels(now);
  }

  usageHours(since: EpochMs): readonly UsageEntry[] {
    return this.#synced.usageHours(since);
  }

  usageTotals(): readonly UsageEntry[] {
    return this.#synced.usageTotals();
  }

  remember(event: PoolEvent): void {
    this.#synced.remember(event);
    this.#flushSoon();
  }

  recentEvents({ limit }: { readonly limit: number }): readonly PoolEvent[] {
    return this.#synced.recentEvents(limit);
  }

  problem(): string | undefined {
    // It may have healed since somebody last looked.
    this.#synced.refresh();
    return this.#connection.problem;
  }

  flush(): void {
    this.#synced.flushFinally();
  }

  close(): void {
    this.#synced.presence.leave();
    this.#synced.flushFinally();
    this.#isClosed = true;
    this.#cancelFlush?.();
    this.#cancelBeat?.();
    this.#connection.close();
  }

  #flushNow(): void {
    this.#synced.flush();
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isClosed) return;
    if (!this.#cancelFlush && this.#synced.hasUnwritten) {
      const delayMs = this.#connection.get() ? COALESCE_MS : RETRY_MS;
      this.#cancelFlush = this.#world.clock.after(delayMs, () => {
        this.#cancelFlush = undefined;
        this.#flushNow();
      });
    }
    if (!this.#cancelBeat && this.#synced.presence.isOut) this.#beatLater();
  }

  /** While calls are out the others hear of it from time to time, also when nothing else happens. */
  #beatLater(): void {
    this.#cancelBeat = this.#world.clock.after(BEAT_MS, () => {
      this.#cancelBeat = undefined;
      this.#flushNow();
    });
  }
}
