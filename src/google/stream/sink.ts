/** Below this length a plain loop beats the call of a native copy. */
const SHORT = 16;

/** Collects ranges of bytes into one chunk. */
export class Sink {
  #target = Buffer.alloc(0);
  size = 0;

  /** Makes room at once for what is about to come. */
  reserve(bytes: number) {
    const needed = this.size + bytes;
    if (needed <= this.#target.length) return;
    const grown = Buffer.allocUnsafe(this.size === 0 ? needed : Math.max(needed, this.#target.length * 2));
    this.#target.copy(grown, 0, 0, this.size);
    this.#target = grown;
  }

  add(bytes: Buffer, start = 0, end = bytes.length) {
    this.reserve(end - start);
    const target = this.#target;
    if (end - start > SHORT) bytes.copy(target, this.size, start, end);
    else for (let from = start, to = this.size; from < end; from++, to++) target[to] = bytes[from] as number;
    this.size += Math.max(0, end - start);
  }

  /** What was collected, once; undefined where there is nothing. The bytes are the caller's. */
  take(): Buffer | undefined {
    if (this.size === 0) return undefined;
    const taken = this.#target.subarray(0, this.size);
    this.#target = Buffer.alloc(0);
    this.size = 0;
    return taken;
  }
}
