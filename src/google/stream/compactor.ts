import type { Outlet } from "./sink";

/**
 * Collects ranges of bytes by moving them together where they stand: a stream of megabytes needs no memory but its own.
 * Everything that is added belongs to it from then on.
 */
export class Compactor implements Outlet {
  size = 0;
  #pieces: Buffer[] = [];
  /** The range that is still growing. */
  #bytes: Buffer | undefined;
  #start = 0;
  #end = 0;

  /** Of the same bytes only what lies behind what was added before. */
  add(bytes: Buffer, start = 0, end = bytes.length) {
    if (end <= start) return;
    this.size += end - start;
    if (bytes !== this.#bytes) {
      this.#close();
      this.#bytes = bytes;
      this.#start = start;
      this.#end = end;
      return;
    }
    if (start > this.#end) bytes.copyWithin(this.#end, start, end);
    this.#end += end - start;
  }

  /** What was collected, in pieces that change no more; once. */
  take(): Buffer[] {
    this.#close();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.size = 0;
    return pieces;
  }

  #close() {
    if (this.#bytes) this.#pieces.push(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = undefined;
  }
}
