import type { DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import type { Outcome } from "../outcome";
import { nextPacificMidnight } from "../quota/pacific";
import { type Scope, scopeKey } from "../scope";
import { nextStep, stepMs } from "./escalate";

const HOUR_MS: DurationMs = 3_600_000;
/** A model that is not in this tier is looked at again after a day. */
const MODEL_UNAVAILABLE_MS = 24 * HOUR_MS;
/** Google's spend limits roll over ten minutes (https://ai.google.dev/gemini-api/docs/rate-limits). */
const SPEND_LIMIT_MS: DurationMs = 600_000;
/** Up to here a per-day refusal's RetryInfo is a hint to probe, not the end of the day's quota. */
const SHORT_RETRY_MS = HOUR_MS;
/** The day the clocks go back. */
const LONGEST_DAY_MS = 25 * HOUR_MS;

type Limited = Extract<Outcome, { kind: "limited" }>;

/** Where a limit was met: what cooled there before, and when the call began. */
export interface LimitPlace {
  readonly scope: Scope;
  readonly previous: Cooldown | undefined;
  readonly startedAt: EpochMs;
}

/** How a pause ends and who says so. */
type End = Pick<Cooldown, "until" | "source">;

/** The cooldown that a limit earns. */
export function cooldownFor(outcome: Limited, place: LimitPlace, now: EpochMs): Cooldown {
  const { reason, sentence, quotaId } = outcome;
  const step = nextStep(place.previous, place.startedAt);
  const end = limitEnd(outcome, place, step, now);
  return {
    scope: place.scope,
    reason,
    ...end,
    since: now,
    step,
    sentence,
    ...(quotaId === undefined ? {} : { quotaId }),
  };
}

function limitEnd({ reason, until }: Limited, place: LimitPlace, step: number, now: EpochMs): End {
  if (reason === "model-unavailable") return { until: now + MODEL_UNAVAILABLE_MS, source: "estimate" };
  if (reason === "daily-quota") return dailyEnd(until, place, now);
  // A time that is over already invites to one more try at once; after that it says nothing.
  const isOver = until !== undefined && until <= now;
  if (until !== undefined && (!isOver || step <= 1)) return { until, source: "server" };
  if (reason === "spend-limit") return { until: now + SPEND_LIMIT_MS, source: "estimate" };
  return { until: now + stepMs(isOver ? step - 1 : step), source: "estimate" };
}

/**
 * Google counts a call in the Pacific day it was sent in: a refusal for the day that arrives after midnight is about the day before,
 * and where it states no time that day has ended.
 */
export function ofItsDay<T extends Outcome>(outcome: T, startedAt: EpochMs, now: EpochMs): T {
  if (outcome.kind !== "limited" || outcome.reason !== "daily-quota") return outcome;
  const endsAt = nextPacificMidnight(startedAt);
  return endsAt <= now && outcome.until === nextPacificMidnight(now) ? { ...outcome, until: endsAt } : outcome;
}

/** A per-day refusal with a short RetryInfo earns one probe per Pacific day, then cools until midnight Pacific. */
function dailyEnd(stated: EpochMs | undefined, { previous, startedAt }: LimitPlace, now: EpochMs): End {
  if (stated !== undefined && stated - now > SHORT_RETRY_MS) return { until: stated, source: "server" };
  // Only a call that began after the pause was the probe; one that was under way before is part of the same refusal.
  const wasProbe = previous !== undefined && previous.until <= startedAt && isOfToday(previous, now);
  if (stated !== undefined && !wasProbe) return { until: stated, source: "server" };
  return { until: nextPacificMidnight(startedAt), source: "estimate" };
}

/** A refusal for the day, of the Pacific day that `now` is in. The cheap test comes first: the calendar is slow. */
const isOfToday = ({ reason, since }: Cooldown, now: EpochMs): boolean =>
  reason === "daily-quota" && now - since < LONGEST_DAY_MS && now < nextPacificMidnight(since);

/** Whether a per-day refusal stated so short a time that one call is worth its while after it, as long as the day lasts. */
export const earnsProbe = (cooldown: Cooldown, now: EpochMs): boolean =>
  cooldown.source === "server" && cooldown.until - cooldown.since <= SHORT_RETRY_MS && isOfToday(cooldown, now);

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
