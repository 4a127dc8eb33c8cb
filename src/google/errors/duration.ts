import type { DurationMs } from "../../core/account";

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

/** A number and its unit; Go writes microseconds with either of two letters. */
const STEP =
  /(?:\s|,|and\s)*(\d{1,60}(?:\.\d{1,60})?|\.\d{1,60})\s?(ns|us|[\u00b5\u03bc]s|ms|(?:second|sec|minute|min|hour|day)(?=s?\b)|[smhd](?![a-z]))(?:(?<=sec|second|min|minute|hour|day)s)?/y;

const MOST_STEPS = 8;

const LEAD = /\b(?:retry in|retry after|try again in|resets? (?:in|after))\s/gi;

/** The duration `text` has at `from`, such as `161h39m41.3s`, `539.4ms` or `1 hour and 5 minutes`, and where it ends. */
function durationAt(text: string, from: number): { readonly ms: DurationMs; readonly end: number } | undefined {
  let ms = 0;
  let end = from;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    STEP.lastIndex = end;
    const found = STEP.exec(text);
    if (!found) break;
    ms += Number(found[1]) * (UNITS_MS[found[2] ?? ""] ?? 0);
    end = STEP.lastIndex;
  }
  return end > from ? { ms, end } : undefined;
}

/** A duration as Go and protobuf write it (`36s`, `161h39m41.3s`, `539.4ms`), also with days; a negative one is 0. */
export function parseDuration(text: string | undefined): DurationMs | undefined {
  if (text === undefined || text.length > 200) return undefined;
  const trimmed = text.trim();
  const sign = /^[-+]?/.exec(trimmed)?.[0] ?? "";
  const found = durationAt(trimmed, sign.length);
  if (found?.end !== trimmed.length) return undefined;
  return sign === "-" ? 0 : found.ms;
}

/** The first duration a sentence states: "Please retry in 44.09s", "reset after 17h59m12s", "Resets in 9h22m20s". */
export function durationIn(sentence: string): DurationMs | undefined {
  for (const lead of sentence.matchAll(LEAD)) {
    const found = durationAt(sentence, lead.index + lead[0].length);
    if (found) return found.ms;
  }
  return undefined;
}
