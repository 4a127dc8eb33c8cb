/** A key by which an event may decide how the answer ends. Text inside a JSON string has escaped quotes and never matches. */
const ALARMS = ['"finishReason"', '"error"', '"promptFeedback"'].map((text) => Buffer.from(text));
const USAGE = Buffer.from('"usageMetadata"');
const OVERLAP = Math.max(USAGE.length, ...ALARMS.map((needle) => needle.length)) - 1;

/** What a chunk holds, seen together with the end of what came before it. */
export interface Sighting {
  readonly alarm: boolean;
  readonly usage: boolean;
}

/** Whether these bytes hold one of the keys that need a closer look. */
export const hasAlarm = (bytes: Buffer): boolean => ALARMS.some((needle) => bytes.includes(needle));

/** Whether these bytes hold a key of usage figures. */
export const hasUsage = (bytes: Buffer): boolean => bytes.includes(USAGE);

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
    const taken = chunk.copy(this.#seam, this.#filled, 0, OVERLAP);
    return this.#seam.subarray(0, this.#filled + taken);
  }

  #remember(chunk: Buffer, seam: Buffer) {
    const last = chunk.length >= OVERLAP ? chunk : seam;
    const from = Math.max(0, last.length - OVERLAP);
    this.#filled = last.length - from;
    last.copy(this.#seam, 0, from);
  }
}
