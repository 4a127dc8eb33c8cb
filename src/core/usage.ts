import type { AccountId, DurationMs, EpochMs } from "./account";
import type { Outcome, TokenUsage } from "./outcome";
import type { StateChange, UsageCounts } from "./state";

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

/** What one attempt adds to the counters. An abort adds nothing: it is nobody's failure. */
export function usageOf(accountId: AccountId, model: string, outcome: Outcome, now: EpochMs): readonly StateChange[] {
  if (outcome.kind === "aborted") return [];
  const ok = outcome.kind === "success";
  const tokens = (ok ? outcome.usage : undefined) ?? NO_TOKENS;
  const hourAt = now - (now % HOUR_MS);
  const counts = { requests: 1, ok: ok ? 1 : 0, failed: ok ? 0 : 1 };
  return [{ type: "usage.added", usage: { accountId, model, hourAt, ...counts, ...tokens } }];
}
