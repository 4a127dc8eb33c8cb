/**
 * The placeholder that every backend accepts in place of a thought signature.
 * https://ai.google.dev/gemini-api/docs/thought-signatures; the only one Vertex and Code Assist take (pydantic/pydantic-ai#3881).
 */
export const SIGNATURE_PLACEHOLDER = "skip_thought_signature_validator";

const KEYS = ['"thoughtSignature"', '"thought_signature"'] as const;

interface Signature {
  /** Behind the opening quote of the value. */
  readonly start: number;
  /** At its closing quote. */
  readonly end: number;
}

/**
 * The body with the value of every thought signature replaced; the same string where there is none.
 * The body is not parsed: time is linear and every other character stays.
 */
export function replaceSignatures(body: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of signaturesIn(body)) {
    pieces.push(body.slice(from, start), SIGNATURE_PLACEHOLDER);
    from = end;
  }
  return from === 0 ? body : pieces.join("") + body.slice(from);
}

/** Whether the body carries a thought signature. */
export const hasSignatures = (body: string): boolean => !signaturesIn(body).next().done;

function* signaturesIn(body: string): Generator<Signature, undefined> {
  const next = KEYS.map((key) => body.indexOf(key));
  for (;;) {
    const which = nearest(next);
    const key = KEYS[which];
    const at = next[which];
    if (key === undefined || at === undefined || at < 0) return undefined;
    const found = valueBehind(body, at, at + key.length);
    if (found) yield found;
    next[which] = body.indexOf(key, found ? found.end : at + key.length);
    skipBehind(body, next, found?.end ?? 0);
  }
}

/** A match inside a value that was just read is no key. */
function skipBehind(body: string, next: number[], end: number) {
  KEYS.forEach((key, i) => {
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
function valueBehind(body: string, keyStart: number, keyEnd: number): Signature | undefined {
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
