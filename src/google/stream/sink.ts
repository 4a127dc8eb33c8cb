/** Below this length a plain loop beats the call of a native copy. */
const SHORT = 16;
const NOTHING: Buffer = Buffer.alloc(0);

/** Where the bytes for the host are collected. */
export interface Outlet {
  /** How many bytes wait to be taken. */
  readonly size: number;
  add(bytes: Buffer, start?: number, end?: number): void;
  /** What was collected, once. */
  take(): Buffer[];
}

/** Collects ranges of bytes into one chunk; neighbouring ranges of the same bytes alone are handed out without a copy. */
export class Sink implements Outlet {
  size = 0;
  #target = NOTHING;
  /** How much of the target is filled. */
  #filled = 0;
  /** The range that was added last, not copied yet: what is added next may continue it. */
  #bytes: Buffer = NOTHING;
  #start = 0;
  #end = 0;

  add(bytes: Buffer, start = 0, end = bytes.length) {
    if (end <= start) return;
    this.size += end - start;
    if (bytes === this.#bytes && start === this.#end) {
      this.#end = end;
      return;
    }
    this.#copy();
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** One piece or none. Its bytes change no more. */
  take(): Buffer[] {
    if (this.size === 0) return [];
    const taken = this.#filled === 0 ? this.#range() : this.#collected();
    this.#target = this.#bytes = NOTHING;
    this.#start = this.#end = this.#filled = this.size = 0;
    return [taken];
  }

  #range(): Buffer {
    const isAll = this.#start === 0 && this.#end === this.#bytes.length;
    return isAll ? this.#bytes : this.#bytes.subarray(this.#start, this.#end);
  }

  #collected(): Buffer {
    this.#copy();
    return this.#target.subarray(0, this.#filled);
  }

  #copy() {
    const start = this.#start;
    const end = this.#end;
    if (end === start) return;
    const needed = this.#filled + end - start;
    if (needed > this.#target.length) this.#grow(needed);
    const bytes = this.#bytes;
    const target = this.#target;
    if (end - start > SHORT) bytes.copy(target, this.#filled, start, end);
    else for (let from = start, to = this.#filled; from < end; from++, to++) target[to] = bytes[from] as number;
    this.#filled = needed;
  }

  #grow(needed: number) {
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#target.length * 2));
    this.#target.copy(grown, 0, 0, this.#filled);
    this.#target = grown;
  }
}
