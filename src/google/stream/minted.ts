import { MINTED_LIMIT, type SignatureHash } from "../../core/signature";
import { hashOfRaw } from "../signatures/find";
import { COLON, QUOTE } from "./bytes";
import { skipSpace } from "./json-range";
import { OpenString } from "./open-string";
import { OVERLAP, signatureKeyEnd } from "./scan";

/** How far a signature has come: nothing of it, its key, its colon, its opening quote. */
type Place = "outside" | "colon" | "quote" | "value";

const NOTHING = Buffer.alloc(0);

/** Hashes the thought signatures of a stream as they come by. Keeps no bytes but those of a value that is not whole yet. */
export class MintedTrace {
  readonly #hashes = new Set<SignatureHash>();
  readonly #value = new OpenString();
  #place: Place = "outside";

  /** What began goes on in the next chunk, which must be read too. */
  get isOpen(): boolean {
    return this.#place !== "outside";
  }

  /** Each once, in order; the first 1,024. */
  hashes(): readonly SignatureHash[] {
    return [...this.#hashes];
  }

  /** Only chunks in which a key ends, or all while one is open. `before`: the end of what came before, where a key may begin. */
  read(chunk: Buffer, before: Buffer = NOTHING) {
    let at = this.isOpen ? this.#goOn(chunk, 0) : this.#cutKey(chunk, before);
    for (let end = signatureKeyEnd(chunk, at); end >= 0; end = signatureKeyEnd(chunk, at)) {
      this.#place = "colon";
      at = this.#goOn(chunk, end);
    }
  }

  /** Reads what the first key began, where that began before the chunk or with it; then where to look for the next. */
  #cutKey(chunk: Buffer, before: Buffer): number {
    const seam = Buffer.concat([before, chunk.subarray(0, OVERLAP)]);
    let end = signatureKeyEnd(seam, 0);
    while (end >= 0 && end <= before.length) end = signatureKeyEnd(seam, end);
    // Whether a quote at the very beginning is escaped, only the byte before tells: that key was looked for here.
    if (end < 0) return 1;
    this.#place = "colon";
    return this.#goOn(chunk, end - before.length);
  }

  /** Reads on from where the last chunk or the key ended. Where it stopped. */
  #goOn(chunk: Buffer, from: number): number {
    let at = from;
    while (this.#place === "colon" || this.#place === "quote") {
      at = skipSpace(chunk, at, chunk.length);
      if (at === chunk.length) return at;
      this.#place = this.#behind(chunk[at++]);
    }
    return this.#place === "value" ? this.#readValue(chunk, at) : at;
  }

  #behind(byte: number | undefined): Place {
    if (this.#place === "colon") return byte === COLON ? "quote" : "outside";
    return byte === QUOTE ? "value" : "outside";
  }

  #readValue(chunk: Buffer, from: number): number {
    const end = this.#value.read(chunk, from);
    if (end < 0) return chunk.length;
    this.#place = "outside";
    this.#mint(this.#value.take());
    return end;
  }

  #mint(raw: string | undefined) {
    if (raw === undefined || this.#hashes.size >= MINTED_LIMIT) return;
    const hash = hashOfRaw(raw);
    if (hash !== undefined) this.#hashes.add(hash);
  }
}
