import type { EpochMs } from "../account";
import { countedAt } from "./count";
import { type Left, leftOf, resetAtOf } from "./left";
import { DAY_MS, windowAt } from "./period";
import type { QuotaPlace } from "./place";
import type { QuotaRecord } from "./record";
import { trustedLimit, trustedUntil } from "./trust";

/** What the long windows of a place say, whatever call is to be made. */
export interface Outlook {
  /** 0..1 of the scarcest window; 1 while nothing is known. */
  readonly remainingFraction: number;
  readonly isKnown: boolean;
  readonly resetAt: EpochMs | undefined;
  readonly usedCount: number;
  /** Used up by our own count, though Google has not said so. */
  readonly isSpent: boolean;
  /** Requests that are left by our own count; infinite where nobody knows or Google itself refuses. */
  readonly leftCount: number;
  /** The most tokens that fit into a long window; infinite where nobody knows. */
  readonly tokenLimit: number;
}

/** An outlook with what it was made of: it holds for `from ≤ t < until`, for as long as nothing new is learnt. */
interface Memo {
  readonly requests: QuotaRecord | undefined;
  readonly tokens: QuotaRecord | undefined;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly outlook: Outlook;
}

/** A choice among a thousand accounts has 100 µs in all, and records change far more seldom than they are looked at. */
const memos = new WeakMap<QuotaPlace, Memo>();

/** What the long windows of a place say at `now`; the same object until that changes. */
export function outlookOf(
  place: QuotaPlace,
  requests: QuotaRecord | undefined,
  tokens: QuotaRecord | undefined,
  now: EpochMs,
): Outlook {
  const memo = memos.get(place);
  if (memo && memo.requests === requests && memo.tokens === tokens && memo.from <= now && now < memo.until) {
    return memo.outlook;
  }
  const outlook = look(requests, tokens, now);
  const until = Math.min(changesAt(requests, now), changesAt(tokens, now));
  memos.set(place, { requests, tokens, from: now, until, outlook });
  return outlook;
}

function look(requests: QuotaRecord | undefined, tokens: QuotaRecord | undefined, now: EpochMs): Outlook {
  const byRequests = requests && leftOf(requests, now);
  const byTokens = tokens && leftOf(tokens, now);
  const scarcest = scarcer(byRequests, byTokens);
  return {
    remainingFraction: scarcest?.remainingFraction ?? 1,
    isKnown: scarcest !== undefined,
    resetAt: scarcest ? scarcest.resetAt : requests && begunUntil(requests, now),
    usedCount: requests ? countedAt(requests, now) : 0,
    isSpent: isSpent(byRequests) || isSpent(byTokens),
    leftCount: leftCount(byRequests, trustedLimit(requests, now)),
    tokenLimit: trustedLimit(tokens, now) ?? Number.POSITIVE_INFINITY,
  };
}

/** The one with less left; where both have the same, the one that takes longer to come back. */
function scarcer(a: Left | undefined, b: Left | undefined): Left | undefined {
  if (!a || !b) return a ?? b;
  if (a.remainingFraction !== b.remainingFraction) return a.remainingFraction < b.remainingFraction ? a : b;
  return (a.resetAt ?? 0) >= (b.resetAt ?? 0) ? a : b;
}

/** Where no limit is known only a day from first use is worth a time: in California every day ends alike. */
const begunUntil = (record: QuotaRecord, now: EpochMs): EpochMs | undefined =>
  record.period === "day-from-first-use" ? resetAtOf(record, now) : undefined;

/** Google's own refusal is no guess. */
const isSpent = (left: Left | undefined): boolean =>
  left !== undefined && !left.isRefused && left.remainingFraction <= 0;

const leftCount = (left: Left | undefined, limit: number | undefined): number =>
  left && limit !== undefined && !left.isRefused
    ? Math.round(left.remainingFraction * limit)
    : Number.POSITIVE_INFINITY;

/** When what a record says changes by itself: the first of its times that is still to come. */
function changesAt(record: QuotaRecord | undefined, now: EpochMs): EpochMs {
  if (!record) return Number.POSITIVE_INFINITY;
  const { period, reading, refusal, count } = record;
  const times = [
    refusal?.resetAt,
    refusal?.spentUntil,
    reading?.resetAt,
    reading && reading.observedAt + DAY_MS,
    count?.startsAt,
    count?.endsAt,
    trustedUntil(record),
    period === "day-from-first-use" ? undefined : windowAt(period, now).endsAt,
  ];
  return times.reduce<EpochMs>(
    (first, at) => (at !== undefined && at > now ? Math.min(first, at) : first),
    Number.POSITIVE_INFINITY,
  );
}
