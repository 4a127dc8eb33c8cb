import type { BackendName } from "../../core/account";
import type { Meter, Period } from "../../core/quota/period";

/** A period as names and sentences call it: which day is meant depends on the backend. */
export type Span = "minute" | "day" | "week" | "month";

/** From the longest to the shortest. Names are in camel case (`PerDay`) or have underscores (`per_day`). */
const SPANS: readonly (readonly [span: Span, pattern: RegExp])[] = [
  ["month", /per[ _]?month|monthly/i],
  ["week", /per[ _]?week|weekly/i],
  ["day", /per[ _]?day|daily/i],
  ["minute", /per[ _]?minute/i],
];

/** Output tokens have no meter of their own here. */
const METERS: readonly (readonly [meter: Meter, pattern: RegExp])[] = [
  ["input-tokens", /input[ _]?token/i],
  ["requests", /request/i],
];

/** A count and its period side by side, as sentences have them: other mentions of a request say nothing of the limit. */
const SPOKEN = /(?<![a-z])(?:requests?|input[ _]tokens?)(?: limit)?[ _]per[ _](?:minute|day|week|month)(?![a-z])/gi;

/** https://ai.google.dev/gemini-api/docs/rate-limits; Code Assist counts a person's day from the first request on. */
const DAYS: Readonly<Record<BackendName, Period>> = {
  "gemini-api": "pacific-day",
  vertex: "pacific-day",
  "code-assist": "day-from-first-use",
};

const PERIODS: Readonly<Record<Exclude<Span, "day">, Period>> = { minute: "minute", week: "weekly", month: "monthly" };

/** The longest period that is named. */
export const spanOf = (name: string): Span | undefined => SPANS.find(([, pattern]) => pattern.test(name))?.[0];

/** How long a span lasts, as a rank: 0 for none, more for longer. */
export const lengthOf = (span: Span | undefined): number => {
  const place = SPANS.findIndex(([known]) => known === span);
  return place < 0 ? 0 : SPANS.length - place;
};

/** What a limit of that name counts, where the name says both what and how long. */
export function windowOf(
  name: string,
  backend: BackendName,
): { readonly meter: Meter; readonly period: Period } | undefined {
  const meter = METERS.find(([, pattern]) => pattern.test(name))?.[0];
  const span = spanOf(name);
  if (meter === undefined || span === undefined) return undefined;
  return { meter, period: span === "day" ? DAYS[backend] : PERIODS[span] };
}

/** The longest limit that a sentence names, in its own words. */
export function spokenLimit(sentence: string): string | undefined {
  const found = Array.from(sentence.matchAll(SPOKEN), ([words]) => words);
  return found.reduce<string | undefined>(
    (best, words) => (best !== undefined && lengthOf(spanOf(best)) >= lengthOf(spanOf(words)) ? best : words),
    undefined,
  );
}
