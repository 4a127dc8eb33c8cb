import { SIGNATURE_KEYS } from "../signatures/find";
import { BACKSLASH, isAt, QUOTE } from "./bytes";

/** A key to look for. Native search hurries from one first byte to the next, so it looks for a part that begins with a rare one. */
interface Needle {
  readonly whole: Buffer;
  readonly rare: Buffer;
  readonly offset: number;
}

const needle = (key: string, rareByte: string): Needle => {
  const whole = Buffer.from(`"${key}"`);
  const offset = whole.indexOf(rareByte);
  return { whole, rare: whole.subarray(offset), offset };
};

/** Keys by which an event may decide how the answer ends. Text inside a JSON string has escaped quotes and never matches. */
const FINISH = needle("finishReason", "R");
const FEEDBACK = needle("promptFeedback", "F");
const ERROR = Buffer.from('"error"');
const USAGE = needle("usageMetadata", "M");
const SIGNATURES = SIGNATURE_KEYS.map((key) => Buffer.from(key));
/** Both spellings end with it, so one search serves both; what they have before it begins with more frequent bytes. */
const SIGNATURE_END = Buffer.from('gnature"');

/** So much of what came before a chunk is looked at again with it: the longest key that is cut, and the byte before it. */
export const OVERLAP = Math.max(
  ...[FINISH.whole, FEEDBACK.whole, USAGE.whole, ...SIGNATURES].map(({ length }) => length),
);

/** What bytes hold, as a sum of these. */
const ALARM = 1;
const FIGURES = 2;
const SIGNED = 4;

const NOTHING = Buffer.alloc(0);
/** What a key may be, by the byte behind its quote. */
const KEYS: ReadonlyMap<number | undefined, { readonly whole: Buffer; readonly says: number }> = new Map([
  [0x65, { whole: ERROR, says: ALARM }],
  [0x66, { whole: FINISH.whole, says: ALARM }],
  [0x70, { whole: FEEDBACK.whole, says: ALARM }],
  [0x75, { whole: USAGE.whole, says: FIGURES }],
  [0x74, { whole: Buffer.from('"thought'), says: SIGNED }],
]);

/** Below this the search for `"error"` by pairs, and the walk from quote to quote, cost more than they save. */
const FEW_BYTES = 1024;
/** Up to here the next quote is looked for byte by byte, then natively. */
const NEAR = 48;
/** What a native call costs, in bytes that could be looked at instead. */
const CALL = 32;
/** The walk may take one step for so many bytes: where quotes lie denser, a native search for each key is faster. */
const SPARSE = 12;
/** So many chunks at most go by before the walk is tried again where it did not pay. */
const LONGEST_PAUSE = 31;

/** `"error"` has no rare byte, but two rare pairs, one of which lies on an even address wherever the word begins. */
const pair = (text: string) => new Uint16Array(Uint8Array.from(Buffer.from(text)).buffer)[0] ?? 0;
const ERROR_PAIRS = [
  { pair: pair('"e'), offset: 0 },
  { pair: pair('r"'), offset: 5 },
] as const;

/** What a chunk holds, seen together with the end of what came before it. */
export interface Sighting {
  readonly alarm: boolean;
  readonly usage: boolean;
  /** Perhaps a key of a thought signature; then the end of what came before. */
  readonly signed: Buffer | undefined;
}

/** Whether these bytes hold one of the keys that need a closer look. */
export const hasAlarm = (bytes: Buffer): boolean => has(bytes, FINISH) || has(bytes, FEEDBACK) || hasError(bytes);

/** Whether these bytes hold a key of usage figures. */
export const hasUsage = (bytes: Buffer): boolean => has(bytes, USAGE);

function has(bytes: Buffer, { whole, rare, offset }: Needle): boolean {
  for (let at = bytes.indexOf(rare); at >= 0; at = bytes.indexOf(rare, at + 1)) {
    if (isAt(bytes, at - offset, whole)) return true;
  }
  return false;
}

/** Behind the next key of a thought signature that begins at `from` or later; -1 where there is none. */
export function signatureKeyEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(SIGNATURE_END, from); at >= 0; at = bytes.indexOf(SIGNATURE_END, at + 1)) {
    const end = at + SIGNATURE_END.length;
    if (SIGNATURES.some((key) => end - key.length >= from && isKeyAt(bytes, end - key.length, key))) return end;
  }
  return -1;
}

/** Text inside a JSON string may end with what looks like a key, but its quote is escaped. */
const isKeyAt = (bytes: Buffer, at: number, key: Buffer) => bytes[at - 1] !== BACKSLASH && isAt(bytes, at, key);

function hasError(bytes: Buffer): boolean {
  if (bytes.length < FEW_BYTES) return bytes.includes(ERROR);
  const skew = bytes.byteOffset % 2;
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset + skew, (bytes.length - skew) >> 1);
  for (const { pair, offset } of ERROR_PAIRS) {
    for (let at = words.indexOf(pair); at >= 0; at = words.indexOf(pair, at + 1)) {
      if (isAt(bytes, skew + at * 2 - offset, ERROR)) return true;
    }
  }
  return false;
}

const search = (bytes: Buffer) =>
  (hasAlarm(bytes) ? ALARM : 0) | (hasUsage(bytes) ? FIGURES : 0) | (bytes.includes(SIGNATURE_END) ? SIGNED : 0);

/** Goes from quote to quote and looks for a key at each; gives up where that took more than `budget` steps. */
function walk(bytes: Buffer, budget: number): { readonly seen: number; readonly end: number } {
  let seen = 0;
  let at = 0;
  for (let left = budget; left > 0; at++) {
    const quote = nextQuote(bytes, at);
    left -= Math.min(quote - at, NEAR + CALL) + 1;
    if (quote === bytes.length) return { seen, end: quote };
    const key = KEYS.get(bytes[quote + 1]);
    if (key && isAt(bytes, quote, key.whole)) seen |= key.says;
    at = quote;
  }
  return { seen, end: at };
}

function nextQuote(bytes: Buffer, from: number): number {
  const near = Math.min(bytes.length, from + NEAR);
  let at = from;
  while (at < near && bytes[at] !== QUOTE) at++;
  if (at < near) return at;
  const far = bytes.indexOf(QUOTE, at);
  return far < 0 ? bytes.length : far;
}

/** Looks for the keys chunk by chunk, also across the cut between two chunks. One pass over what is mostly long strings. */
export class Watch {
  readonly #seam = Buffer.alloc(OVERLAP * 2);
  /** How many bytes of the seam are the end of what came before. */
  #filled = 0;
  /** How many chunks the walk leaves out each time it did not pay, and how many of these are still to come. */
  #pause = 0;
  #paused = 0;

  look(chunk: Buffer): Sighting {
    const seam = this.#join(chunk);
    const seen = this.#sight(chunk) | (this.#filled > 0 ? walk(seam, Number.POSITIVE_INFINITY).seen : 0);
    const signed = (seen & SIGNED) === 0 ? undefined : Buffer.from(seam.subarray(0, this.#filled));
    this.#remember(chunk, seam);
    return { alarm: (seen & ALARM) !== 0, usage: (seen & FIGURES) !== 0, signed };
  }

  #sight(chunk: Buffer): number {
    if (chunk.length < FEW_BYTES || this.#paused-- > 0) return search(chunk);
    const { seen, end } = walk(chunk, chunk.length / SPARSE);
    const pays = end === chunk.length;
    this.#pause = pays ? 0 : Math.min(LONGEST_PAUSE, this.#pause * 2 + 1);
    this.#paused = this.#pause;
    return pays ? seen : seen | search(chunk.subarray(end));
  }

  /** The end of what came before and the beginning of the chunk; empty where the chunk alone says all. */
  #join(chunk: Buffer): Buffer {
    if (this.#filled === 0 && chunk.length >= OVERLAP) return NOTHING;
    const taken = chunk.copy(this.#seam, this.#filled, 0, Math.min(OVERLAP, chunk.length));
    return this.#seam.subarray(0, this.#filled + taken);
  }

  #remember(chunk: Buffer, seam: Buffer) {
    const last = chunk.length >= OVERLAP ? chunk : seam;
    const from = Math.max(0, last.length - OVERLAP);
    this.#filled = last.length - from;
    last.copy(this.#seam, 0, from, last.length);
  }
}
