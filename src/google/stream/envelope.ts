import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, isAt, OPEN_BRACE, QUOTE } from "./bytes";
import { type Range, skipSpace } from "./json-range";

const HEAD = Buffer.from('{"response":');
const TRACE = Buffer.from('"traceId"');
/** Keys with which Google ends an answer; nothing else in the envelope has them. */
const LAST_KEYS = [Buffer.from('"responseId"'), Buffer.from('"modelVersion"')];

/**
 * The answer inside an envelope of the usual form, found from its two ends without a walk through all of it:
 * `{"response": {…, "responseId": "…"}, "traceId": "…"}`. Undefined for any other form: a full walk then finds out.
 * Exact for whole JSON: two plain string members at the end can only belong to the objects that close behind them.
 */
export function usualEnvelope(bytes: Buffer, start: number, end: number): Range | undefined {
  if (!isAt(bytes, start, HEAD) || bytes[end - 1] !== CLOSE_BRACE) return undefined;
  const from = skipSpace(bytes, start + HEAD.length, end);
  if (bytes[from] !== OPEN_BRACE) return undefined;
  const close = beforeMember(bytes, from, end - 1, TRACE);
  if (close < 0 || bytes[close - 1] !== CLOSE_BRACE) return undefined;
  const known = LAST_KEYS.some((key) => beforeMember(bytes, from, close - 1, key) >= 0);
  return known ? { start: from, end: close } : undefined;
}

/** Behind what stands before the comma of the member `key` that ends at `end`; -1 where there is no such member with a plain string. */
function beforeMember(bytes: Buffer, from: number, end: number, key: Buffer): number {
  const valueStart = plainString(bytes, from, skipBack(bytes, from, end));
  if (valueStart < 0) return -1;
  const colon = skipBack(bytes, from, valueStart) - 1;
  if (bytes[colon] !== COLON) return -1;
  const keyStart = skipBack(bytes, from, colon) - key.length;
  if (keyStart <= from || !isAt(bytes, keyStart, key)) return -1;
  const comma = skipBack(bytes, from, keyStart) - 1;
  return bytes[comma] === COMMA ? skipBack(bytes, from, comma) : -1;
}

/** Where the string that ends at `end` opens; -1 for none, or for one with escapes. */
function plainString(bytes: Buffer, from: number, end: number): number {
  if (bytes[end - 1] !== QUOTE) return -1;
  let at = end - 2;
  while (at > from && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at--;
  return bytes[at] === QUOTE && bytes[at - 1] !== BACKSLASH ? at : -1;
}

/** Behind the last byte before `end` that is not white space. */
function skipBack(bytes: Buffer, from: number, end: number): number {
  let at = end;
  while (at > from && (bytes[at - 1] as number) <= 0x20) at--;
  return at;
}
