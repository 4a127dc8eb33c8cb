import type { DurationMs, EpochMs } from "../../core/account";
import type { Cancel, Clock } from "../../ports/world";

/** Nothing came for too long. */
export class Silence extends Error {
  override readonly name = "Silence";
}

/** The caller gave up. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** As much of a reader as is used. */
type Reader = {
  read(): Promise<{ value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
};

/** How long Google may say nothing before an answer is given up: long thinking is silent for minutes. */
export const SILENCE_MS: DurationMs = 300_000;

export interface SourceParts {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** The chunks are changed by who reads them, and others may hold them: hand out copies. Default false. */
  readonly copies?: boolean;
}

/**
 * Reads a body chunk by chunk, watched for silence and for the caller giving up.
 * Time counts only while a chunk is waited for, and one timer serves many chunks: setting one per chunk would cost more than the chunk.
 */
export class Source {
  readonly #reader: Reader | undefined;
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #copies: boolean;
  #waitingSince: EpochMs | undefined;
  #timer: Cancel | undefined;
  #failure: Error | undefined;
  #done = false;
  /** Called once when the caller gives up, also while nobody reads. */
  onGivenUp: (() => void) | undefined;

  constructor({ body, clock, signal, copies = false }: SourceParts) {
    this.#copies = copies;
    this.#reader = body?.getReader();
    this.#clock = clock;
    this.#signal = signal;
    if (signal?.aborted) this.#failure = new GivenUp();
    else signal?.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** The next chunk; undefined at the end. Rejects with Silence, GivenUp, or what the network says. */
  async read(): Promise<Buffer | undefined> {
    if (this.#failure) throw this.#failure;
    if (this.#done || !this.#reader) return undefined;
    this.#waitingSince = this.#clock.now();
    this.#timer ??= this.#clock.after(SILENCE_MS, this.#wake);
    try {
      const { value } = await this.#reader.read();
      this.#waitingSince = undefined;
      if (this.#failure) throw this.#failure;
      if (value === undefined) return this.close();
      return this.#copies ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } catch (error) {
      this.#waitingSince = undefined;
      throw this.#failure ?? (this.#signal?.aborted ? new GivenUp() : error);
    }
  }

  /** The first `limit` bytes, or all where there are fewer; the rest is not waited for. Rejects as `read` does. */
  async readUpTo(limit: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for (let chunk = await this.read(); chunk; chunk = size < limit ? await this.read() : undefined) {
        chunks.push(chunk);
        size += chunk.length;
      }
    } finally {
      this.cancel();
    }
    return Buffer.concat(chunks, Math.min(size, limit));
  }

  /** No more is wanted: the connection is let go. Safe at any time. */
  cancel() {
    if (this.#done) return;
    this.close();
    this.#reader?.cancel().catch(() => undefined);
  }

  /** Frees the timer and the signal. */
  close(): undefined {
    this.#done = true;
    this.#timer?.();
    this.#timer = undefined;
    this.#signal?.removeEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = () => {
    this.#fail(new GivenUp());
    this.onGivenUp?.();
  };

  readonly #wake = () => {
    this.#timer = undefined;
    if (this.#waitingSince === undefined) return;
    const left = this.#waitingSince + SILENCE_MS - this.#clock.now();
    if (left > 0) this.#timer = this.#clock.after(left, this.#wake);
    else this.#fail(new Silence());
  };

  /** A pending read ends when the reader is cancelled, and then finds the failure. */
  #fail(why: Error) {
    this.#failure ??= why;
    this.cancel();
  }
}
