import type { DurationMs, EpochMs } from "../core/account";

/** An instant as people write it: "14:32", "tomorrow 09:00", "Mon 23 Nov 09:00". */
export type FormatTime = (at: EpochMs) => string;

/** What local time is made of. */
export interface LocalTime {
  readonly now: () => EpochMs;
  /** Local time minus UTC at an instant; it changes with daylight saving. */
  readonly offsetMs: (at: EpochMs) => DurationMs;
}

const MINUTE_MS: DurationMs = 60_000;
const DAY_MS: DurationMs = 86_400_000;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Google's own times end a little after the minute they mean, as midnight does. */
const SLACK_MS: DurationMs = 1_000;

/** A writer of instants. Rounds up to the minute: whoever comes at the time we named is at most a second too early. */
export const clockTimes =
  ({ now, offsetMs }: LocalTime): FormatTime =>
  (at) => {
    const rounded = Math.ceil((at - SLACK_MS) / MINUTE_MS) * MINUTE_MS;
    const local = rounded + offsetMs(rounded);
    const days = Math.floor(local / DAY_MS) - Math.floor((now() + offsetMs(now())) / DAY_MS);
    const time = clock(local);
    if (days === 0) return time;
    return days === 1 ? `tomorrow ${time}` : `${dayOf(local)} ${time}`;
  };

/** The offset of the machine's own time zone. */
export const localOffsetMs = (at: EpochMs): DurationMs => -new Date(at).getTimezoneOffset() * MINUTE_MS;

const two = (value: number): string => String(value).padStart(2, "0");

function clock(local: number): string {
  const date = new Date(local);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

function dayOf(local: number): string {
  const date = new Date(local);
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}
