import type { AccountId, DurationMs, EpochMs } from "./account";
import type { Outcome, TokenUsage } from "./outcome";
import { pacificDayStart } from "./quota/pacific-day";
import type { StateChange, UsageCounts, UsageEntry } from "./state";

const HOUR_MS: DurationMs = 3_600_000;
/** Nothing counted yet. */
export const NO_USAGE: UsageCounts = {
  requests: 0,
  ok: 0,
  failed: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  thoughtTokens: 0,
};

const NO_TOKENS: TokenUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, thoughtTokens: 0 };

/** What one attempt adds to the counters. One that was given up is nobody's failure, and counts where Google was answering. */
export function usageOf(accountId: AccountId, model: string, outcome: Outcome, now: EpochMs): readonly StateChange[] {
  const isGivenUp = outcome.kind === "aborted";
  if (isGivenUp && !outcome.hasBegun) return [];
  const ok = outcome.kind === "success";
  const tokens = ("usage" in outcome ? outcome.usage : undefined) ?? NO_TOKENS;
  const hourAt = now - (now % HOUR_MS);
  const counts = { requests: 1, ok: ok ? 1 : 0, failed: ok || isGivenUp ? 0 : 1 };
  return [{ type: "usage.added", usage: { accountId, model, hourAt, ...counts, ...tokens } }];
}

/** Two sums as one. */
export const plusUsage = (a: UsageCounts, b: UsageCounts): UsageCounts => ({
  requests: a.requests + b.requests,
  ok: a.ok + b.ok,
  failed: a.failed + b.failed,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  thoughtTokens: a.thoughtTokens + b.thoughtTokens,
});

/** How finely usage is shown; days are those of California, as Google's daily quotas. */
export type UsageGrain = "hour" | "day" | "total";

/** What was counted from `from` until the next period begins, for one account and model. 0: all that was asked for. */
export interface UsagePeriod extends UsageCounts {
  readonly from: EpochMs;
  readonly accountId: AccountId;
  readonly model: string;
}

/** Hours added up to periods: the latest first, then by account and model. */
export function rollUp(entries: Iterable<UsageEntry>, grain: UsageGrain): readonly UsagePeriod[] {
  const startOf = periodStarts(grain);
  const periods = new Map<string, UsagePeriod>();
  for (const { accountId, model, hourAt, ...counts } of entries) {
    const from = startOf(hourAt);
    const key = JSON.stringify([from, accountId, model]);
    const known = periods.get(key);
    periods.set(key, { from, accountId, model, ...(known ? plusUsage(known, counts) : counts) });
  }
  return [...periods.values()].sort(
    (a, b) => b.from - a.from || compare(a.accountId, b.accountId) || compare(a.model, b.model),
  );
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Where the period of an hour begins. Finding midnight is dear and hours are few, so each is looked up once. */
function periodStarts(grain: UsageGrain): (hourAt: EpochMs) => EpochMs {
  if (grain === "total") return () => 0;
  if (grain === "hour") return (hourAt) => hourAt;
  const known = new Map<EpochMs, EpochMs>();
  return (hourAt) => {
    const start = known.get(hourAt) ?? pacificDayStart(hourAt);
    known.set(hourAt, start);
    return start;
  };
}
