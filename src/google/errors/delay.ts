import type { DurationMs, EpochMs } from "../../core/account";
import { durationIn, parseDuration } from "./duration";
import type { GoogleError } from "./google-error";
import { instant } from "./instant";

/** No limit of Google's lasts longer than its month; a longer time is a broken one. */
const LONGEST_MS = 40 * 86_400_000;

/** A date names whole seconds and takes a moment to arrive: below this, our clock is as good as Google's. */
const SAME_CLOCK_MS = 30_000;

/** How far Google's clock is ahead of ours by the `Date` of its answer; 0 where there is none or both agree. */
export function clockAheadMs(date: string | null, now: EpochMs): DurationMs {
  const aheadMs = (instant(date) ?? now) - now;
  return Math.abs(aheadMs) <= SAME_CLOCK_MS ? 0 : aheadMs;
}

/** The headers of an answer that time has to do with. `aheadMs`: how far the clock that dates are told by is ahead of ours. */
export interface TimeHeaders {
  readonly retryAfter: string | null;
  readonly aheadMs: DurationMs;
}

/**
 * When Google says that it answers again, by our clock, from the best source there is: `quotaResetTimeStamp`, `quotaResetDelay`,
 * `RetryInfo`, the message, `Retry-After` (Google sends none; a proxy may). Never before `now`.
 * A time that is over says more about a clock or a late answer than about the quota: the next source is asked first.
 */
export function statedTime(error: GoogleError, headers: TimeHeaders, now: EpochMs): EpochMs | undefined {
  const { retryAfter, aheadMs } = headers;
  const ours = (at: EpochMs | undefined) => (at === undefined ? undefined : at - aheadMs);
  const after = (delayMs: DurationMs | undefined) => (delayMs === undefined ? undefined : now + delayMs);
  const seconds = /^\s*\d{1,60}(?:\.\d{1,60})?\s*$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
  const stated = [
    ours(instant(error.metadata("quotaResetTimeStamp"))),
    after(parseDuration(error.metadata("quotaResetDelay"))),
    after(parseDuration(error.retryDelay)),
    after(durationIn(error.message)),
    seconds === undefined ? ours(instant(retryAfter)) : now + seconds * 1_000,
  ].filter((at) => at !== undefined);
  const at = stated.find((each) => each > now) ?? stated[0];
  return at === undefined ? undefined : Math.ceil(Math.min(Math.max(at, now), now + LONGEST_MS));
}
