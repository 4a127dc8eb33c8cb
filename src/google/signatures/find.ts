import { hashSignature, type SignatureHash } from "../../core/signature";
import { parsed } from "../stream/reading";

/** The key of a signature as JSON has it, in both spellings that Google reads. */
export const SIGNATURE_KEYS = ['"thoughtSignature"', '"thought_signature"'] as const;

/** Where the value of a signature stands in a text. */
export interface FoundSignature {
  /** Behind the opening quote of the value. */
  readonly start: number;
  /** At its closing quote. */
  readonly end: number;
}

/** Every signature of a text, in order. The text is not parsed: time is linear. */
export function* signaturesIn(body: string): Generator<FoundSignature, undefined> {
  const next = SIGNATURE_KEYS.map((key) => body.indexOf(key));
  for (;;) {
    const which = nearest(next);
    const key = SIGNATURE_KEYS[which];
    const at = next[which];
    if (key === undefined || at === undefined || at < 0) return undefined;
    const found = valueBehind(body, at, at + key.length);
    if (found) yield found;
    next[which] = body.indexOf(key, found ? found.end : at + key.length);
    skipBehind(body, next, found?.end ?? 0);
  }
}

/** The hash of a signature by what stands between its quotes; undefined where that is no JSON. */
export function hashOfRaw(raw: string): SignatureHash | undefined {
  const value = raw.includes("\\") ? parsed(`"${raw}"`) : raw;
  return typeof value === "string" ? hashSignature(value) : undefined;
}

/** A match inside a value that was just read is no key. */
function skipBehind(body: string, next: number[], end: number) {
  SIGNATURE_KEYS.forEach((key, i) => {
    const at = next[i] ?? -1;
    if (at >= 0 && at < end) next[i] = body.indexOf(key, end);
  });
}

function nearest(next: readonly number[]): number {
  let best = -1;
  next.forEach((at, i) => {
    if (at >= 0 && (best < 0 || at < (next[best] ?? 0))) best = i;
  });
  return best;
}

/**
 * Inside a JSON string quotes are escaped, so an unescaped quoted word with a colon behind it can only be a key.
 */
function valueBehind(body: string, keyStart: number, keyEnd: number): FoundSignature | undefined {
  if (body[keyStart - 1] === "\\") return undefined;
  const colon = afterSpace(body, keyEnd);
  if (body[colon] !== ":") return undefined;
  const quote = afterSpace(body, colon + 1);
  if (body[quote] !== '"') return undefined;
  const end = closingQuote(body, quote + 1);
  return end < 0 ? undefined : { start: quote + 1, end };
}

function afterSpace(body: string, from: number): number {
  let at = from;
  while (body[at] === " " || body[at] === "\n" || body[at] === "\r" || body[at] === "\t") at++;
  return at;
}

function closingQuote(body: string, from: number): number {
  for (let at = body.indexOf('"', from); at >= 0; at = body.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > from && body[at - slashes - 1] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
