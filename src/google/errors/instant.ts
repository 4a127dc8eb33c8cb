import type { EpochMs } from "../../core/account";

/** The two forms of a date in Google's JSON (RFC 3339) and in HTTP headers; `Date.parse` alone would take a bare number for a year. */
const DATE = /^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2}, \d\d )/;

const LONGEST = 80;

/** A point in time as Google writes it, or nothing where the text is none. */
export function instant(text: string | null | undefined): EpochMs | undefined {
  const trimmed = text?.trim() ?? "";
  const at = trimmed.length <= LONGEST && DATE.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
