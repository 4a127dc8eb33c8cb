import type { DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import type { Outcome } from "../outcome";
import { nextPacificMidnight } from "../quota/pacific";
import { pacificDayStart } from "../quota/pacific-day";
import { type Scope, scopeKey } from "../scope";
import { nextStep, stepMs } from "./escalate";

const HOUR_MS: DurationMs = 3_600_000;
/** A model that is not in this tier is looked at again after a day. */
const MODEL_UNAVAILABLE_MS = 24 * HOUR_MS;
/** Google's spend limits roll over ten minutes (https://ai.google.dev/gemini-api/docs/rate-limits). */
const SPEND_LIMIT_MS: DurationMs = 600_000;
/** Up to here a per-day refusal's RetryInfo is a hint to probe, not the end of the day's quota. */
const SHORT_RETRY_MS = HOUR_MS;

type Limited = Extract<Outcome, { kind: "limited" }>;

/** The cooldown that a limit earns on `scope`, given what cooled there before. */
export function cooldownFor(outcome: Limited, scope: Scope, previous: Cooldown | undefined, now: EpochMs): Cooldown {
  const { until, source } = limitEnd(outcome, previous, now);
  return {
    scope,
    reason: outcome.reason,
    until,
    since: now,
    source,
    step: nextStep(previous, now),
    sentence: outcome.sentence,
  };
}

function limitEnd(
  outcome: Limited,
  previous: Cooldown | undefined,
  now: EpochMs,
): { until: EpochMs; source: Cooldown["source"] } {
  if (outcome.reason === "model-unavailable") return { until: now + MODEL_UNAVAILABLE_MS, source: "estimate" };
  if (outcome.reason === "daily-quota") return dailyEnd(outcome.until, previous, now);
  if (outcome.until !== undefined) return { until: outcome.until, source: "server" };
  if (outcome.reason === "spend-limit") return { until: now + SPEND_LIMIT_MS, source: "estimate" };
  return { until: now + stepMs(nextStep(previous, now)), source: "estimate" };
}

/** A per-day refusal with a short RetryInfo earns one probe per Pacific day, then cools until midnight Pacific. */
function dailyEnd(
  stated: EpochMs | undefined,
  previous: Cooldown | undefined,
  now: EpochMs,
): { until: EpochMs; source: Cooldown["source"] } {
  const midnight = { until: nextPacificMidnight(now), source: "estimate" as const };
  if (stated === undefined) return midnight;
  if (stated - now > SHORT_RETRY_MS) return { until: stated, source: "server" };
  const probed = previous?.reason === "daily-quota" && previous.until <= now && previous.since >= pacificDayStart(now);
  return probed ? midnight : { until: stated, source: "server" };
}

/**
 * Failing without a stated time in this many model groups at once is not about a model. Refusals that Google explained,
 * such as three models out for the day, say nothing about a fourth.
 */
const LOCKOUT_GROUPS = 3;
const LOCKOUT_MS: DurationMs = 300_000;

const isUnexplained = ({ reason, source }: Cooldown): boolean =>
  source === "estimate" && (reason === "unexplained" || reason === "rate-limit");

/** The account-wide pause once a third model group of one quota scope cools, or nothing. */
export function lockoutFor(
  accountId: string,
  added: Cooldown,
  cooldowns: ReadonlyMap<string, Cooldown>,
  now: EpochMs,
): Cooldown | undefined {
  if (added.scope.kind !== "quota" || !isUnexplained(added)) return undefined;
  const { quotaScope, group } = added.scope;
  const groups = new Set([group]);
  for (const cooldown of cooldowns.values()) {
    if (cooldown.scope.kind !== "quota" || cooldown.scope.quotaScope !== quotaScope) continue;
    if (isUnexplained(cooldown) && isCooling(cooldown, now)) groups.add(cooldown.scope.group);
  }
  if (groups.size < LOCKOUT_GROUPS) return undefined;
  const scope: Scope = { kind: "account", accountId };
  if (isCooling(cooldowns.get(scopeKey(scope)), now)) return undefined;
  const sentence = `refused for ${groups.size} kinds of models at once`;
  return { scope, reason: "lockout", until: now + LOCKOUT_MS, since: now, source: "estimate", step: 1, sentence };
}
