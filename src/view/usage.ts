import type { AccountId, EpochMs } from "../core/account";
import type { UsageGrain, UsagePeriod } from "../core/usage";

/** What is shown of usage. `since` is undefined for all time; `labelOf` answers undefined for an account that is gone. */
export interface UsageReport {
  readonly at: EpochMs;
  readonly by: UsageGrain;
  readonly since: EpochMs | undefined;
  readonly periods: readonly UsagePeriod[];
  readonly labelOf: (id: AccountId) => string | undefined;
}

/** Whose days these are: Google's daily quotas begin anew at midnight there. */
export const USAGE_ZONE = "America/Los_Angeles";

/**
 * The name of a period: "2026-11-20" for a day in California, "2026-11-20T12:00Z" for an hour, "total". Midnight in California
 * is 7:00 or 8:00 of the same date in UTC.
 */
export function periodName(from: EpochMs, by: UsageGrain): string {
  if (by === "total") return "total";
  const text = new Date(from).toISOString();
  return by === "day" ? text.slice(0, 10) : `${text.slice(0, 16)}Z`;
}

/** Usage for programs; a stable form. Times are epoch ms, `from` is null for all time. */
export const usageJson = ({ at, by, since, periods, labelOf }: UsageReport) => ({
  at,
  by,
  since: since ?? null,
  timeZone: USAGE_ZONE,
  rows: periods.map(({ from, accountId, model, ...counts }) => ({
    period: periodName(from, by),
    from: by === "total" ? (since ?? null) : from,
    account: accountId,
    label: labelOf(accountId) ?? null,
    model,
    ...counts,
  })),
});
