import type { Outcome, TokenUsage } from "../../core/outcome";
import { type AnswerContext, failureOf, outcomeOfReading } from "./failure";
import type { Filter } from "./filter";
import { BROKE_OFF, WENT_SILENT } from "./sentences";
import type { Source } from "./source";

export interface GuardParts {
  readonly source: Source;
  readonly filter: Filter;
  /** What was held back until the answer was known to be one. */
  readonly opening: Buffer;
  readonly context: AnswerContext;
  readonly signal: AbortSignal | undefined;
}

/** The stream of the host and how it ended. `ended` resolves once and never rejects. */
export interface Guarded {
  readonly stream: ReadableStream<Uint8Array>;
  readonly ended: Promise<Outcome>;
}

/** Hands an answer to the host, one chunk per pull, with nothing queued here but its opening, and says how it ended. */
export function guard(parts: GuardParts): Guarded {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  return { stream: new ReadableStream(new Guard(parts, resolve), { highWaterMark: 0 }), ended: promise };
}

class Guard {
  readonly #parts: GuardParts;
  readonly #settle: (outcome: Outcome) => void;
  #drained = false;
  #over = false;

  constructor(parts: GuardParts, settle: (outcome: Outcome) => void) {
    this.#parts = parts;
    this.#settle = settle;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>) {
    this.#parts.source.onGivenUp = () => this.#stop(controller, { kind: "aborted" });
    controller.enqueue(this.#parts.opening);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
    try {
      const bytes = await this.#next();
      if (this.#over) return;
      if (bytes) controller.enqueue(bytes);
      else this.#finish(controller);
    } catch (error) {
      this.#stop(controller, outcomeOfReading(error));
    }
  }

  cancel() {
    if (this.#over) return;
    this.#over = true;
    this.#parts.source.cancel();
    this.#settle(this.#parts.filter.finished ? this.#success() : this.#givenUp());
  }

  /** Undefined where no more bytes come, for good or bad. */
  async #next(): Promise<Buffer | undefined> {
    const { filter, source } = this.#parts;
    let out = filter.more();
    while (!out && !this.#drained && !filter.broken) {
      const chunk = await source.read();
      this.#drained = chunk === undefined;
      out = chunk ? filter.push(chunk) : filter.end();
    }
    return out;
  }

  #finish(controller: ReadableStreamDefaultController<Uint8Array>) {
    const { filter, context } = this.#parts;
    this.#stop(controller, filter.broken ? failureOf(filter.broken, context) : this.#success());
  }

  /** After the finish went out nothing can spoil the answer: a late error or a cut is no failure. */
  #stop(controller: ReadableStreamDefaultController<Uint8Array>, outcome: Outcome) {
    if (this.#over) return;
    this.#over = true;
    this.#parts.source.cancel();
    if (this.#parts.filter.finished) {
      controller.close();
      return this.#settle(this.#success());
    }
    controller.error(this.#errorFor(outcome));
    this.#settle(outcome.kind === "aborted" ? this.#givenUp() : outcome);
  }

  #errorFor(outcome: Outcome): unknown {
    if (outcome.kind === "aborted") return this.#parts.signal?.reason ?? new DOMException("Aborted", "AbortError");
    return new Error(outcome.kind === "timeout" ? WENT_SILENT : BROKE_OFF);
  }

  #success(): Outcome {
    return { kind: "success", ...this.#usage() };
  }

  /** Google was answering: it counts the call, and what it wrote so far. */
  #givenUp(): Outcome {
    return { kind: "aborted", hasBegun: true, ...this.#usage() };
  }

  #usage(): { readonly usage?: TokenUsage } {
    const usage = this.#parts.filter.usage();
    return usage ? { usage } : {};
  }
}
