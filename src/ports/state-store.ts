import type { AccountId, EpochMs } from "../core/account";
import type { PoolState, StateChange, UsageCounts } from "../core/state";

/** Counters of one account. `today` begins at midnight Pacific, as Google's daily quotas do. */
export interface AccountUsage {
  readonly today: UsageCounts;
  readonly total: UsageCounts;
}

/** What the pool has learnt, shared by all processes of this user. Nothing here throws: without a disk it works from memory. */
export interface StateStore {
  /** This process's view, with what other processes wrote since. Microseconds when nothing did. */
  current(): PoolState;
  /** Holds at once here. Cooldowns, parked states, lifts and bindings reach the disk before it returns; the rest within 250 ms. */
  apply(changes: readonly StateChange[]): void;
  usage(now: EpochMs): ReadonlyMap<AccountId, AccountUsage>;
  /** Writes what is still waiting. */
  close(): void;
}
