import type { BackendName, DurationMs, EpochMs } from "../account";
import { nextPacificMidnight } from "./pacific";
import { pacificDayStart } from "./pacific-day";

/**
 * How a limit counts time: any 60 seconds; the day in California; 24 hours from the first use; a day, week or month that
 * begins at a fixed time.
 */
export type Period = "minute" | "pacific-day" | "day-from-first-use" | "daily" | "weekly" | "monthly";

/** What a limit counts. */
export type Meter = "requests" | "input-tokens";

/** A stretch of time, `startsAt ≤ t < endsAt`. */
export interface Span {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
}

/**
 * What a window hangs on where the calendar does not say. `startsAt`: when the first use was, for a day from first use.
 * `anchorAt`: any moment at which a daily, weekly or monthly window begins; default 0, which is UTC midnight, a Thursday, the 1st.
 */
export interface Anchors {
  readonly startsAt?: EpochMs | undefined;
  readonly anchorAt?: EpochMs | undefined;
}

/** Any minute. */
export const MINUTE_MS: DurationMs = 60_000;
/** A day of 24 hours; California has one of 23 and one of 25. */
export const DAY_MS: DurationMs = 86_400_000;

/**
 * The window that `now` lies in. The minute slides, so it ends at `now`; a day from first use that has not begun or is over
 * would begin now. Right for every time that a Date can name.
 */
export function windowAt(period: Period, now: EpochMs, { startsAt, anchorAt = 0 }: Anchors = {}): Span {
  switch (period) {
    case "minute":
      return { startsAt: now - MINUTE_MS, endsAt: now };
    case "pacific-day":
      return pacificDay(now);
    case "day-from-first-use":
      return fromFirstUse(now, startsAt ?? now);
    case "daily":
      return repeating(DAY_MS, anchorAt, now);
    case "weekly":
      return repeating(7 * DAY_MS, anchorAt, now);
    case "monthly":
      return monthly(anchorAt, now);
  }
}

/**
 * How a backend's long quota counts time where Google does not say: Code Assist 24 hours from the first use (measured by
 * LLM-API-Key-Proxy), everybody else the day in California (https://ai.google.dev/gemini-api/docs/rate-limits).
 */
export const naturalPeriod = (backend: BackendName): Period =>
  backend === "code-assist" ? "day-from-first-use" : "pacific-day";

/** The last answer of `pacificDay`: time zones cost 50 µs, and a choice among a thousand accounts asks for the same day. */
let lastPacificDay: Span = { startsAt: 0, endsAt: 0 };

function pacificDay(now: EpochMs): Span {
  if (!(now >= lastPacificDay.startsAt && now < lastPacificDay.endsAt)) {
    lastPacificDay = { startsAt: pacificDayStart(now), endsAt: nextPacificMidnight(now) };
  }
  return lastPacificDay;
}

function fromFirstUse(now: EpochMs, first: EpochMs): Span {
  const startsAt = first <= now && now < first + DAY_MS ? first : now;
  return { startsAt, endsAt: startsAt + DAY_MS };
}

function repeating(lengthMs: DurationMs, anchorAt: EpochMs, now: EpochMs): Span {
  const sinceAnchor = (now - anchorAt) % lengthMs;
  const startsAt = now - (sinceAnchor < 0 ? sinceAnchor + lengthMs : sinceAnchor);
  return { startsAt, endsAt: startsAt + lengthMs };
}

/** The anchor's day of the month and time of day in UTC; a month without that day begins on its last one. */
function monthly(anchorAt: EpochMs, now: EpochMs): Span {
  const today = new Date(now);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const thisMonth = startOfMonth(year, month, anchorAt);
  return thisMonth <= now
    ? { startsAt: thisMonth, endsAt: startOfMonth(year, month + 1, anchorAt) }
    : { startsAt: startOfMonth(year, month - 1, anchorAt), endsAt: thisMonth };
}

function startOfMonth(year: number, month: number, anchorAt: EpochMs): EpochMs {
  const anchor = new Date(anchorAt);
  const lastDay = new Date(utc(year, month + 1, 0)).getUTCDate();
  const timeOfDayMs = anchorAt - Math.floor(anchorAt / DAY_MS) * DAY_MS;
  return utc(year, month, Math.min(anchor.getUTCDate(), lastDay)) + timeOfDayMs;
}

/** `Date.UTC`, which takes the years 0 to 99 for those of the last century, without that. */
const utc = (year: number, month: number, day: number): EpochMs => new Date(0).setUTCFullYear(year, month, day);
