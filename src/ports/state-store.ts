import type { AccountId, EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { PoolState, StateChange, UsageCounts, UsageEntry } from "../core/state";

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
  /** The counters of the hours since `since`, of 90 days at most; an hour may come in several parts. A query, for people. */
  usageHours(since: EpochMs): readonly UsageEntry[];
  /** The counters of all time by account and model, their `hourAt` 0; one may come in several parts. A query, for people. */
  usageTotals(): readonly UsageEntry[];
  /** Keeps an event among the newest 1,000 of all processes, without any secret. Costs next to nothing; written with the rest. */
  remember(event: PoolEvent): void;
  /** The newest `limit` of them, the oldest of these first. A query, for people. */
  recentEvents(query: { readonly limit: number }): readonly PoolEvent[];
  /**
   * What is wrong with the disk now, as sentences with the file's path; undefined again once it can be used. That a database
   * was set aside is said as long as this process lives. A query, for people.
   */
  problem(): string | undefined;
  /** Writes what is still waiting, now, and waits about a second for a disk that is busy. */
  flush(): void;
  /** The same, and ends: nothing is in flight any more. For the end of a process. */
  close(): void;
}
