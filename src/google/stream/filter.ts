import type { TokenUsage } from "../../core/outcome";
import type { SignatureHash } from "../../core/signature";
import { addBlocked, type Edit, renameFinish } from "./edit";
import { finishFor } from "./finish";
import { Frames } from "./frames";
import type { Framing, RawEvent } from "./framing";
import { MintedTrace } from "./minted";
import type { Payload } from "./payload";
import { parsed, type Reading, read } from "./reading";
import { hasAlarm, Watch } from "./scan";
import type { Outlet } from "./sink";
import { UsageTrace } from "./usage";

/** Why an answer cannot go on. */
export type Break =
  /** Google says so itself, inside a 200. */
  | { readonly kind: "refused"; readonly status: number; readonly body: string }
  /** Nothing was said. */
  | { readonly kind: "empty" }
  /** Not the stream that was asked for. */
  | { readonly kind: "garbled" }
  /** It began well and ended without a finish. */
  | { readonly kind: "unfinished" };

/** Bytes without output that are held at most before they are handed on. */
const HELD_BYTES = 256 * 1024;
const BLANK_LINE = Buffer.from("\n\n");

/**
 * Decides what of Google's stream the host gets. The host calls again for ever when an answer has no finish it knows,
 * so whatever comes in, what goes out ends with one or `broken` says why not. Synchronous; keeps no byte longer than it must.
 */
export class Filter {
  /** Something may be handed on: there was output or a finish. */
  opened = false;
  /** A finish that the host knows went out: the answer is complete. */
  finished = false;
  broken: Break | undefined;

  readonly #framing: Framing;
  readonly #frames = new Frames();
  readonly #watch = new Watch();
  readonly #usage = new UsageTrace();
  readonly #minted = new MintedTrace();
  readonly #outlet: Outlet;
  #ready: Buffer[] = [];
  #output = false;
  /** The open event, or the chunk in hand, holds a key that needs a closer look. */
  #alarmed = false;
  /** Figures came by. */
  #figures = false;
  /** How much of the open event the host has. */
  #handedOn = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
    this.#outlet = framing.outlet();
  }

  /** What to hand on now, the first piece of it; undefined where that is nothing yet. The chunk is the filter's to change. */
  push(chunk: Buffer): Buffer | undefined {
    if (this.broken) return undefined;
    const { alarm, usage, signed } = this.#watch.look(chunk);
    if (signed || this.#minted.isOpen) this.#minted.read(chunk, signed);
    const before = this.#frames.parts;
    const calm = this.#calm && !alarm;
    const completed = calm ? this.#frames.skim(chunk) : this.#split(chunk, alarm);
    if (!this.#framing.eventByEvent) this.#usage.saw({ usage, completed, before, chunk, rest: this.#frames.parts });
    this.#figures ||= usage;
    if (!calm) return this.#handOver();
    this.#handedOn = this.#frames.size;
    return chunk;
  }

  /** The next piece of what `push` or `end` began to hand on. */
  more(): Buffer | undefined {
    return this.#ready.shift();
  }

  /** Google closed the stream: what is still to be handed on. */
  end(): Buffer | undefined {
    if (this.broken) return undefined;
    const out = this.#isWhole(this.#frames.rest()) ? this.push(BLANK_LINE) : this.#handOverRest();
    if (!this.finished) this.#break({ kind: this.opened ? "unfinished" : "empty" });
    return out;
  }

  /** The last count of tokens that came by. */
  usage(): TokenUsage | undefined {
    return this.#usage.last();
  }

  /** The thought signatures that came by so far, whole. */
  minted(): readonly SignatureHash[] {
    return this.#minted.hashes();
  }

  /** Bytes may pass unseen but for the native search. */
  get #calm(): boolean {
    return this.#output && !this.finished && !this.#alarmed && !this.#framing.eventByEvent;
  }

  #split(chunk: Buffer, alarm: boolean): boolean {
    this.#alarmed ||= alarm;
    const completed = this.#frames.push(chunk, (bytes, start, end, lineCount) => {
      const from = start + this.#handedOn;
      this.#handedOn = 0;
      if (!this.broken) this.#event({ bytes, start, end, from }, lineCount);
    });
    if (completed) this.#alarmed = alarm && this.#frames.parts.some(hasAlarm);
    return completed;
  }

  #handOver(): Buffer | undefined {
    if (this.#calm && !this.broken) this.#handOnOpenEvent();
    if (this.#outlet.size > HELD_BYTES) this.opened = true;
    return this.opened ? this.#take() : undefined;
  }

  #take(): Buffer | undefined {
    const pieces = this.#outlet.take();
    if (this.#figures && this.#framing.eventByEvent) this.#usage.wrote(pieces);
    this.#ready = pieces;
    return this.more();
  }

  #handOnOpenEvent() {
    const { size } = this.#frames;
    if (size > this.#handedOn) this.#outlet.add(this.#frames.rest(), this.#handedOn);
    this.#handedOn = size;
  }

  #event(event: RawEvent, lineCount: number) {
    const payload = lineCount > 0 ? this.#framing.payload(event.bytes, event.start, event.end, lineCount) : undefined;
    if (payload && this.#isSuspect(event, payload)) return this.#judge(event, payload);
    this.#framing.write(this.#outlet, event, payload, undefined);
  }

  #isSuspect(event: RawEvent, payload: Payload): boolean {
    if (!this.#output || this.finished || payload.odd) return true;
    return this.#alarmed && hasAlarm(event.bytes.subarray(event.start, event.end));
  }

  #judge(event: RawEvent, payload: Payload) {
    const text = payload.bytes.toString("utf8", payload.start, payload.end);
    const value = parsed(text);
    const reading = read(value);
    if (reading.refused) return this.#break({ kind: "refused", status: reading.refused.status, body: text });
    if (payload.bare || value === undefined) return this.#break({ kind: "garbled" });
    const edit = this.#settle(reading, payload);
    if (!this.broken) this.#framing.write(this.#outlet, event, payload, edit);
  }

  /** Takes note of what the event says of the end, and returns what must be changed in it for the host. */
  #settle(reading: Reading, payload: Payload): Edit | undefined {
    this.#output ||= reading.output;
    const finish = finishFor(reading.finish);
    if (finish === "STOP" && !this.#output) return this.#break({ kind: this.opened ? "unfinished" : "empty" });
    const edit = this.#editFor(reading, payload, finish);
    if (this.broken) return undefined;
    this.finished ||= finish !== undefined || reading.blocked;
    this.opened ||= this.#output || this.finished;
    return edit;
  }

  #editFor(reading: Reading, payload: Payload, finish: string | undefined): Edit | undefined {
    const { bytes, start, end } = payload;
    if (reading.blocked) return this.finished ? undefined : addBlocked(bytes, start, end);
    if (finish === undefined || finish === "as-is") return undefined;
    return renameFinish(bytes, start, end, finish) ?? this.#break({ kind: "garbled" });
  }

  #break(why: Break): undefined {
    this.broken ??= why;
  }

  /** An event at the very end without its blank line: the host drops those, so it gets the line. */
  #isWhole(rest: Buffer): boolean {
    const payload = this.#framing.payload(rest, 0, rest.length, 0);
    if (!payload) return false;
    this.#alarmed = true;
    return payload.bare || parsed(payload.bytes.toString("utf8", payload.start, payload.end)) !== undefined;
  }

  #handOverRest(): Buffer | undefined {
    const bytes = this.#frames.rest();
    const from = this.#handedOn;
    this.#framing.write(this.#outlet, { bytes, start: 0, end: bytes.length, from }, undefined, undefined);
    return this.opened ? this.#take() : undefined;
  }
}
