import type { DurationMs, EpochMs } from "../account";
import type { Cooldown } from "../cooldown";
import type { CooldownReason } from "../outcome";
import { isSpent } from "../reasons";
import type { StateChange } from "../state";
import { earnsProbe } from "./limit";
import { cool } from "./pause";

/** A pause that ended longer ago than this says nothing about now. */
const FORGOTTEN_MS: DurationMs = 600_000;
/** A pause with more than this left is long; and so often, at most, one call may ask whether it still holds. */
const LONG_MS: DurationMs = 600_000;

/**
 * What the end of a pause is worth, by its reason. `guess`: nobody knows that it is over, so one call asks first. `over`: Google
 * named the time, or the window has moved on. `day`: over, but for a short time within the day that is used up.
 */
const END: Readonly<Record<CooldownReason, "guess" | "over" | "day">> = {
  // The minute has passed; where it has not, the next pause is longer.
  "rate-limit": "over",
  "daily-quota": "day",
  // Windows of hours: where Google stated no end, ours is a guess.
  quota: "guess",
  // What was spent ten minutes ago no longer counts.
  "spend-limit": "over",
  "model-unavailable": "guess",
  // A circuit half open, a model that was busy: who asks first finds out for all.
  capacity: "guess",
  outage: "guess",
  network: "guess",
  // More calls than one from a refused network look like abuse.
  region: "guess",
  // The third one parks, the second refusal of a new key too: that needs no more than one call.
  denied: "guess",
  "new-key": "guess",
  lockout: "guess",
  unexplained: "guess",
};

/** Whether an ended cooldown that no success has lifted lets only one call at a time through: the probe. */
export function needsProbe(cooldown: Cooldown, now: EpochMs): boolean {
  if (cooldown.until > now) return false;
  const end = END[cooldown.reason];
  if (end === "day") return earnsProbe(cooldown, now);
  if (end === "over" || now - cooldown.until >= FORGOTTEN_MS) return false;
  return cooldown.reason !== "quota" || cooldown.source === "estimate";
}

/**
 * Whether a running cooldown may be put to the test though Google stated its end: it is long, a quota reading newer than the
 * refusal says that there is something left, and nobody has been refused or let through within ten minutes.
 */
export function mayProbe(
  cooldown: Cooldown,
  readingObservedAt: EpochMs | undefined,
  readingFraction: number | undefined,
  now: EpochMs,
): boolean {
  const { until, since, source, reason, probedAt = since } = cooldown;
  if (source !== "server" || !isSpent(reason) || until - now <= LONG_MS) return false;
  if ((readingObservedAt ?? 0) <= since || (readingFraction ?? 0) <= 0) return false;
  return now - Math.max(since, probedAt) >= LONG_MS;
}

/** Remembers that a call was let through while the cooldown runs, for every process. */
export const probed = (cooldown: Cooldown, now: EpochMs): StateChange => cool({ ...cooldown, probedAt: now });
