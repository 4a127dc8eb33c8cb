import type { EpochMs } from "../account";

const HOUR_MS = 3_600_000;

/** Pacific midnight in UTC: 7:00 in summer, 8:00 in winter. The clock change is at 2:00, so midnight is never doubled or skipped. */
const OFFSETS_MS = [7 * HOUR_MS, 8 * HOUR_MS];

const WALL = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

/** The last instant a Date can name. */
const LAST_MS = 8.64e15 - 48 * HOUR_MS;

const part = (at: EpochMs, type: Intl.DateTimeFormatPartTypes): number =>
  Number(WALL.formatToParts(at).find((found) => found.type === type)?.value);

/**
 * The first midnight in California after `now`: when Google's daily quotas begin anew
 * (https://ai.google.dev/gemini-api/docs/rate-limits). Right on the days the clocks change. A time outside what a Date holds is returned as it is.
 */
export function nextPacificMidnight(now: EpochMs): EpochMs {
  if (!(Math.abs(now) < LAST_MS)) return now;
  const tomorrow = Date.UTC(part(now, "year"), part(now, "month") - 1, part(now, "day") + 1);
  const midnights = OFFSETS_MS.map((offset) => tomorrow + offset);
  return midnights.find((at) => part(at, "hour") === 0) ?? tomorrow + 8 * HOUR_MS;
}
