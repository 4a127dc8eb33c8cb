import { isAt } from "./bytes";

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

/** A key by which an event may decide how the answer ends. Text inside a JSON string has escaped quotes and never matches. */
const ALARMS = [needle("finishReason", "R"), needle("promptFeedback", "F")];
const USAGE = needle("usageMetadata", "M");
const ERROR = Buffer.from('"error"');
const OVERLAP = Math.max(...[...ALARMS, USAGE].map(({ whole }) => whole.length)) - 1;

/** `"error"` has no rare byte, but two rare pairs, one of which lies on an even address wherever the word begins. */
const pair = (text: string) => new Uint16Array(Uint8Array.from(Buffer.from(text)).buffer)[0] ?? 0;
const ERROR_PAIRS = [
  { pair: pair('"e'), offset: 0 },
  { pair: pair('r"'), offset: 5 },
] as const;
/** Below this the views for the search by pairs cost more than they save. */
const FEW_BYTES = 1024;

/** What a chunk holds, seen together with the end of what came before it. */
export interface Sighting {
  readonly alarm: boolean;
  readonly usage: boolean;
}

/** Whether these bytes hold one of the keys that need a closer look. */
export const hasAlarm = (bytes: Buffer): boolean => has(bytes, ALARMS[0]) || has(bytes, ALARMS[1]) || hasError(bytes);

/** Whether these bytes hold a key of usage figures. */
export const hasUsage = (bytes: Buffer): boolean => has(bytes, USAGE);

function has(bytes: Buffer, sought: Needle | undefined): boolean {
  if (!sought) return false;
  const { whole, rare, offset } = sought;
  for (let at = bytes.indexOf(rare); at >= 0; at = bytes.indexOf(rare, at + 1)) {
    if (isAt(bytes, at - offset, whole)) return true;
  }
  return false;
}

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

/** Looks for the keys chunk by chunk with the native search, also across the cut between two chunks. */
export class Watch {
  readonly #seam = Buffer.alloc(OVERLAP * 2);
  /** How many bytes of the seam are the end of what came before. */
  #filled = 0;

  look(chunk: Buffer): Sighting {
    const seam = this.#join(chunk);
    const sighting = {
      alarm: hasAlarm(chunk) || hasAlarm(seam),
      usage: hasUsage(chunk) || hasUsage(seam),
    };
    this.#remember(chunk, seam);
    return sighting;
  }

  #join(chunk: Buffer): Buffer {
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
