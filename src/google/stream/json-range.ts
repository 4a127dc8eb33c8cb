import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, isAt, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./bytes";

/** A part of a byte array; `end` is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Sets braces and brackets equal: `[` | 0x20 is `{`, `]` | 0x20 is `}`. */
const LOWER = 0x20;
/** Below this length a plain loop beats the call of a native search. */
const SHORT_STRING = 48;

/**
 * Where the value of `key` stands in the JSON object at `from`, without parsing it: linear, allocation-free.
 * Of a repeated key the last counts, as with JSON.parse. Undefined where there is no such key or no whole object.
 */
export function memberRange(bytes: Buffer, from: number, to: number, key: Uint8Array): Range | undefined {
  let at = skipSpace(bytes, from, to);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  at = skipSpace(bytes, at + 1, to);
  let found: Range | undefined;
  while (at < to && bytes[at] === QUOTE) {
    const keyEnd = skipString(bytes, at, to);
    const colon = keyEnd < 0 ? to : skipSpace(bytes, keyEnd, to);
    if (colon >= to || bytes[colon] !== COLON) return undefined;
    const start = skipSpace(bytes, colon + 1, to);
    const end = skipValue(bytes, start, to);
    if (end <= start) return undefined;
    if (keyEnd - at - 2 === key.length && isAt(bytes, at + 1, key)) found = { start, end };
    at = skipSpace(bytes, end, to);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1, to);
  }
  return at < to && bytes[at] === CLOSE_BRACE ? found : undefined;
}

/** Where the first element of the JSON array at `from` stands. */
export function firstElement(bytes: Buffer, from: number, to: number): Range | undefined {
  if (bytes[from] !== OPEN_BRACKET) return undefined;
  const start = skipSpace(bytes, from + 1, to);
  const end = skipValue(bytes, start, to);
  return end > start ? { start, end } : undefined;
}

/** Where each element of the JSON array at `from` stands; none where it is no array. */
export function elementRanges(bytes: Buffer, from: number, to: number): readonly Range[] {
  const found: Range[] = [];
  if (bytes[from] !== OPEN_BRACKET) return found;
  let start = skipSpace(bytes, from + 1, to);
  for (let end = skipValue(bytes, start, to); end > start; end = skipValue(bytes, start, to)) {
    found.push({ start, end });
    start = skipSpace(bytes, end, to);
    if (bytes[start] === COMMA) start = skipSpace(bytes, start + 1, to);
  }
  return found;
}

/** The first byte from `from` on that is not JSON white space; `to` where there is none. */
export function skipSpace(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

/** Behind the value that begins at `from`; -1 where it does not end before `to`. */
function skipValue(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from];
  if (first === QUOTE) return skipString(bytes, from, to);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(bytes, from, to);
  let at = from;
  while (at < to && !endsScalar(bytes[at] as number)) at++;
  return at;
}

const endsScalar = (byte: number) => byte === COMMA || (byte | LOWER) === CLOSE_BRACE || byte <= LOWER;

function skipNested(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = skipString(bytes, at, to);
      if (at < 0) return -1;
      continue;
    }
    at++;
    const shape = byte | LOWER;
    if (shape === OPEN_BRACE) depth++;
    else if (shape === CLOSE_BRACE && --depth === 0) return at;
  }
  return -1;
}

/** Behind the closing quote of the string that opens at `from`. */
function skipString(bytes: Buffer, from: number, to: number): number {
  const near = Math.min(to, from + SHORT_STRING);
  let at = from + 1;
  while (at < near) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return skipLongString(bytes, at, to);
}

/** `from` is inside the string and behind no half escape. */
function skipLongString(bytes: Buffer, from: number, to: number): number {
  let at = bytes.indexOf(QUOTE, from);
  while (at >= 0 && at < to) {
    let slashes = 0;
    while (at - slashes > from && bytes[at - slashes - 1] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
    at = bytes.indexOf(QUOTE, at + 1);
  }
  return -1;
}
