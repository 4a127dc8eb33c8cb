import type { DurationMs, EpochMs } from "../../core/account";
import type { GoogleError } from "./read";

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  second: 1_000,
  m: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

const STEP =
  /\s*(\d{1,15}(?:\.\d{1,15})?)\s?(ns|us|µs|ms|(?:second|minute|hour|day)(?=s?\b)|[smhd](?![a-z]))(?:(?<=second|minute|hour|day)s)?/y;

const LEAD = /\b(?:retry in|retry after|try again in|resets? (?:in|after))\s/gi;

/** No limit of Google's lasts longer than its month; a longer time is a broken one. */
const LONGEST_MS = 40 * 86_400_000;

/** The duration `text` begins with, such as `161h39m41.3s`, `539.4ms` or `1 hour 5 minutes`, and where it ends. */
function durationAt(text: string, from: number): { readonly ms: DurationMs; readonly end: number } | undefined {
  let ms = 0;
  let end = from;
  for (let steps = 0; steps < 6; steps += 1) {
    STEP.lastIndex = end;
    const found = STEP.exec(text);
    if (!found) break;
    ms += Number(found[1]) * (UNITS_MS[found[2] ?? ""] ?? 0);
    end = STEP.lastIndex;
  }
  return end > from ? { ms, end } : undefined;
}

/** A duration as Go and protobuf write it (`36s`, `161h39m41.3s`, `539.4ms`); a negative one is 0. */
export function parseDuration(text: string | undefined): DurationMs | undefined {
  if (text === undefined || text.length > 80) return undefined;
  const trimmed = text.trim();
  const negative = trimmed.startsWith("-");
  const found = durationAt(trimmed, negative ? 1 : 0);
  if (found?.end !== trimmed.length) return undefined;
  return negative ? 0 : found.ms;
}

/** The first duration a sentence states: "Please retry in 44.09s", "reset after 17h59m12s", "Resets in 9h22m20s". */
export function durationIn(sentence: string): DurationMs | undefined {
  for (const lead of sentence.matchAll(LEAD)) {
    const found = durationAt(sentence, lead.index + lead[0].length);
    if (found) return found.ms;
  }
  return undefined;
}

/** `Retry-After`: seconds or an HTTP date. Google sends none; a proxy in between may. */
function retryAfter(value: string | null, now: EpochMs): EpochMs | undefined {
  if (value === null || value.length > 80) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return now + Number(value) * 1_000;
  return instant(value);
}

function instant(text: string | undefined): EpochMs | undefined {
  const at = text === undefined || text.length > 80 ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * When Google says that it answers again, from the best source there is:
 * `quotaResetTimeStamp`, `quotaResetDelay`, `RetryInfo`, the message, `Retry-After`. Never before `now`.
 * An absolute time that is over says more about a clock that is wrong than about the quota: the next source is asked first.
 */
export function statedTime(error: GoogleError, retryAfterHeader: string | null, now: EpochMs): EpochMs | undefined {
  const stamp = instant(error.metadata("quotaResetTimeStamp"));
  if (stamp !== undefined && stamp > now) return Math.min(stamp, now + LONGEST_MS);
  const delay =
    parseDuration(error.metadata("quotaResetDelay")) ?? parseDuration(error.retryDelay) ?? durationIn(error.message);
  const at = (delay === undefined ? undefined : now + delay) ?? retryAfter(retryAfterHeader, now) ?? stamp;
  return at === undefined ? undefined : Math.ceil(Math.min(Math.max(at, now), now + LONGEST_MS));
}
