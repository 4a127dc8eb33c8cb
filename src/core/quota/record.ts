import type { EpochMs } from "../account";
import type { ModelGroup, QuotaScope } from "../scope";
import type { Meter, Period } from "./period";

/**
 * How much fits into one window. `counted`: nobody named it, so many had passed when Google refused.
 * A `value` of 0: what was believed before proved wrong, nobody knows; so that forgetting, too, can be joined.
 */
export interface QuotaLimit {
  readonly value: number;
  readonly observedAt: EpochMs;
  readonly source: "refusal" | "probe" | "counted";
}

/**
 * What Google said is left. `countAt`: our own count at that moment, so that later calls can be taken off.
 * One whose `resetAt` is its `observedAt` says nothing: an earlier one was proved wrong then.
 */
export interface QuotaReading {
  readonly remainingFraction: number;
  readonly resetAt?: EpochMs;
  readonly observedAt: EpochMs;
  readonly countAt: number;
}

/**
 * Google refused for this limit. It outranks any reading until `resetAt`. One whose `resetAt` is its `observedAt` is over:
 * a later call was answered.
 */
export interface QuotaRefusal {
  readonly observedAt: EpochMs;
  readonly resetAt: EpochMs;
  /** The limit lasts until then, though Google said to come back at `resetAt`: worth one call, not more. */
  readonly spentUntil?: EpochMs;
}

/** What we sent ourselves within the window `startsAt ≤ t < endsAt`, by process, so that processes can be added up. */
export interface QuotaCount {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly by: Readonly<Record<string, number>>;
}

/** All that is known of one limit: what was heard and what was counted. Minutes are counted in each process alone. */
export interface QuotaRecord {
  readonly quotaScope: QuotaScope;
  readonly group: ModelGroup;
  readonly meter: Meter;
  readonly period: Period;
  readonly limit?: QuotaLimit;
  readonly reading?: QuotaReading;
  readonly refusal?: QuotaRefusal;
  readonly count?: QuotaCount;
  /** Since when nothing of ours is missing in the counts. */
  readonly countedSince?: EpochMs;
  readonly updatedAt: EpochMs;
}

/** The key of a record. */
export const recordKey = ({
  quotaScope,
  group,
  meter,
  period,
}: Pick<QuotaRecord, "quotaScope" | "group" | "meter" | "period">): string =>
  `${quotaScope}:${group}:${meter}:${period}`;

/** A record that says nothing yet. */
export const emptyRecord = (
  { quotaScope, group }: Pick<QuotaRecord, "quotaScope" | "group">,
  meter: Meter,
  period: Period,
): QuotaRecord => ({ quotaScope, group, meter, period, updatedAt: 0 });

/** Both together, field by field the newer. Commutative, associative and idempotent, so that any number of processes agree. */
export function joinRecords(a: QuotaRecord, b: QuotaRecord): QuotaRecord {
  const { quotaScope, group, meter, period } = a;
  const limit = newer(a.limit, b.limit, observed);
  const reading = newer(a.reading, b.reading, observed);
  const refusal = newer(a.refusal, b.refusal, observed);
  const count = joinCounts(a.count, b.count);
  const countedSince = earlier(a.countedSince, b.countedSince);
  return {
    quotaScope,
    group,
    meter,
    period,
    ...(limit ? { limit } : {}),
    ...(reading ? { reading } : {}),
    ...(refusal ? { refusal } : {}),
    ...(count ? { count } : {}),
    ...(countedSince === undefined ? {} : { countedSince }),
    updatedAt: Math.max(a.updatedAt, b.updatedAt),
  };
}

const observed = ({ observedAt }: { readonly observedAt: EpochMs }) => observedAt;

/** The newer of two; where both are as new, one and the same whichever comes first. */
function newer<T>(a: T | undefined, b: T | undefined, timeOf: (value: T) => EpochMs): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const difference = timeOf(a) - timeOf(b);
  if (difference !== 0) return difference > 0 ? a : b;
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
}

const earlier = (a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** A later window replaces an earlier one; within one, each process knows its own count best and it only grows. */
function joinCounts(a: QuotaCount | undefined, b: QuotaCount | undefined): QuotaCount | undefined {
  if (!a || !b) return a ?? b;
  if (a.startsAt !== b.startsAt) return a.startsAt > b.startsAt ? a : b;
  const by: Record<string, number> = {};
  for (const writer of Object.keys({ ...a.by, ...b.by }).sort()) {
    by[writer] = Math.max(a.by[writer] ?? 0, b.by[writer] ?? 0);
  }
  return { startsAt: a.startsAt, endsAt: Math.max(a.endsAt, b.endsAt), by };
}

/** One limit as people and strategies see it at one moment. 0 ≤ remainingFraction ≤ 1. */
export interface QuotaWindow {
  readonly quotaScope: QuotaScope;
  readonly group: ModelGroup;
  readonly meter: Meter;
  readonly period: Period;
  readonly remainingFraction: number;
  /** Absent where nobody knows the limit. */
  readonly limit?: number;
  /** Absent where the window has not begun or nobody knows. */
  readonly resetAt?: EpochMs;
  readonly observedAt: EpochMs;
  readonly source: "probe" | "refusal" | "count";
}

/** What a probe says of one model group. `remainingCount` where the backend counts. */
export interface ProbedQuota {
  readonly group: ModelGroup;
  readonly remainingFraction: number;
  readonly remainingCount?: number;
  readonly resetAt?: EpochMs;
}
