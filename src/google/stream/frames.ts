import { CR, LF } from "./bytes";

/** Told of each whole event: its bytes with its terminator, and how many lines that are not blank it has. */
export type EachEvent = (bytes: Buffer, start: number, end: number, lineCount: number) => void;

/**
 * Cuts chunks into server-sent events, whatever the line ends are and wherever the cuts fall.
 * Keeps references to the bytes of the event that is not whole yet, nothing else; time is linear in the bytes.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class Frames {
  /** The event that is not whole yet. A new array for each event, so that a reader may keep the old one. */
  parts: Buffer[] = [];
  /** Its length in bytes. */
  size = 0;
  #lineCount = 0;
  #lineBegins = true;
  /** The last byte was a CR: a LF that follows belongs to it. */
  #afterCr = false;

  /** Reads on. True where at least one event became whole. */
  push(chunk: Buffer, each?: EachEvent): boolean {
    const size = chunk.length;
    let start = 0;
    let at = this.#afterCr && chunk[0] === LF ? 1 : 0;
    let lf = -1;
    let cr = -1;
    if (size > 0) this.#afterCr = false;
    while (at < size) {
      const byte = chunk[at];
      if (byte === LF || byte === CR) {
        at = this.#endOfLine(chunk, at);
        if (!this.#lineEnded()) continue;
        this.#complete(chunk, start, at, each);
        start = at;
        continue;
      }
      this.#lineBegins = false;
      if (lf < at) lf = next(chunk, LF, at);
      if (cr < at) cr = next(chunk, CR, at);
      at = Math.min(lf, cr);
    }
    this.#keep(start === 0 ? chunk : chunk.subarray(start));
    return start > 0;
  }

  /** As `push` with nobody to tell: looks only at the end of a chunk where that is enough. */
  skim(chunk: Buffer): boolean {
    if (chunk.length === 0) return false;
    const lf = chunk.lastIndexOf(LF);
    const cr = chunk.indexOf(CR, lf + 1);
    if (cr >= 0 || (lf >= 0 && !isBlankLine(chunk, lf))) return this.push(chunk);
    this.#afterCr = false;
    if (lf >= 0) this.#begin();
    this.#keep(lf < 0 ? chunk : chunk.subarray(lf + 1));
    if (this.size > 0) this.#lineBegins = false;
    return lf >= 0;
  }

  /** The bytes of the event that is not whole. */
  rest(): Buffer {
    return this.parts.length === 1 && this.parts[0] ? this.parts[0] : Buffer.concat(this.parts);
  }

  #endOfLine(chunk: Buffer, at: number): number {
    if (chunk[at] === LF) return at + 1;
    if (at + 1 === chunk.length) this.#afterCr = true;
    return chunk[at + 1] === LF ? at + 2 : at + 1;
  }

  /** True where the line that ends here is blank: the event is whole. */
  #lineEnded(): boolean {
    if (this.#lineBegins) return true;
    this.#lineBegins = true;
    this.#lineCount++;
    return false;
  }

  #complete(chunk: Buffer, start: number, end: number, each?: EachEvent) {
    const { parts } = this;
    const lineCount = this.#lineCount;
    this.#begin();
    if (!each) return;
    if (parts.length === 0) return each(chunk, start, end, lineCount);
    const whole = Buffer.concat([...parts, chunk.subarray(start, end)]);
    each(whole, 0, whole.length, lineCount);
  }

  #begin() {
    this.parts = [];
    this.size = 0;
    this.#lineCount = 0;
    this.#lineBegins = true;
  }

  #keep(bytes: Buffer) {
    if (bytes.length === 0) return;
    this.parts.push(bytes);
    this.size += bytes.length;
  }
}

function next(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}

/** Whether the line that ends with the LF at `lf` is blank, as far as this chunk shows. */
function isBlankLine(chunk: Buffer, lf: number): boolean {
  const before = chunk[lf - 1];
  if (before === LF) return true;
  return before === CR && (chunk[lf - 2] === LF || chunk[lf - 2] === CR);
}
