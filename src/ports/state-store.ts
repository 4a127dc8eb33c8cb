import type { AccountId, EpochMs } from "../core/account";
import type { PoolState, StateChange, UsageCounts } from "../core/state";

/** Counters of one account. `today` begins at midnight Pacific, as Google's daily quotas do. */
export interface AccountUsage {
  readonly today: UsageCounts;
  readonly total: UsageCounts;
}

/** What the pool has learnt, shared by all processes of this user. Nothing here throws: without a disk it works from memory. */
export interface StateStore {
  /**
   * This process's view, with what other processes wrote since. Microseconds when nothing did.
   * The same live object each time: it goes on changing with `apply`; copy what must stay.
   */
  current(): PoolState;
  /** Holds at once here. Cooldowns, parked states, lifts and bindings reach the disk before it returns; the rest within 250 ms. */
  apply(changes: readonly StateChange[]): void;
  usage(now: EpochMs): ReadonlyMap<AccountId, AccountUsage>;
  /** Models that were asked for in the last 24 h, through any account and process. A query, for people. */
  recentModels(now: EpochMs): readonly string[];
  /** Writes what is still waiting, now. */
  flush(): void;
  /** Writes what is still waiting and ends; for the end of a process. */
  close(): void;
}
