import { BACKSLASH, QUOTE } from "./bytes";

/** A longer string is read over: nobody's signature. */
const MAX_BYTES = 1_000_000;

/** A JSON string that may come in pieces. Keeps what came of it until it is whole. */
export class OpenString {
  #pieces: Buffer[] = [];
  #size = 0;
  /** A backslash at the end of the last piece: what follows it is escaped. */
  #escapes = false;

  /** Reads on inside the string. Behind its closing quote; -1 where that is still to come: the chunk may then change. */
  read(chunk: Buffer, from: number): number {
    const quote = this.#closingQuote(chunk, from);
    if (quote < 0) this.#escapes = this.#isEscaped(chunk, from, chunk.length);
    const piece = chunk.subarray(from, quote < 0 ? chunk.length : quote);
    this.#size += piece.length;
    if (this.#size > MAX_BYTES) this.#pieces = [];
    else this.#pieces.push(quote < 0 ? Buffer.from(piece) : piece);
    return quote < 0 ? -1 : quote + 1;
  }

  /** What stands between the quotes, once and before the last chunk changes; undefined where that is longer than 1 MB. */
  take(): string | undefined {
    const [only] = this.#pieces;
    const bytes = only && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    const text = this.#size > MAX_BYTES ? undefined : bytes.toString("utf8");
    this.#pieces = [];
    this.#size = 0;
    this.#escapes = false;
    return text;
  }

  #closingQuote(chunk: Buffer, from: number): number {
    let at = chunk.indexOf(QUOTE, from);
    while (at >= 0 && this.#isEscaped(chunk, from, at)) at = chunk.indexOf(QUOTE, at + 1);
    return at;
  }

  #isEscaped(chunk: Buffer, from: number, at: number): boolean {
    let first = at;
    while (first > from && chunk[first - 1] === BACKSLASH) first--;
    const carried = first === from && this.#escapes ? 1 : 0;
    return (at - first + carried) % 2 === 1;
  }
}
