import type { DurationMs, EpochMs } from "../account";

/** What fits into a window. Absent or not above 0: nobody knows. */
export interface MinuteLimits {
  readonly requests?: number | undefined;
  readonly tokens?: number | undefined;
}

/** One call of a track. Opaque to others. */
export interface Slot {
  at: EpochMs;
  tokens: number;
  /** False once it was taken off or has left: it may then still lie between others. */
  isCounted: boolean;
}

/** A clock that steps back by more than this was set: what it dated in the future is of now. */
const CLOCK_STEP_MS: DurationMs = 1_000;
/** Slots at the front that may lie dead before the list is cut. */
const DEAD_SLOTS = 32;

const whole = (limit: number | undefined): number =>
  limit !== undefined && limit > 0 ? Math.max(1, Math.floor(limit)) : Number.POSITIVE_INFINITY;

const counted = (tokens: number): number => (tokens > 0 && Number.isFinite(tokens) ? Math.round(tokens) : 0);

/** The calls of one place within a sliding window, in the order they were sent. Mutable; its time is what it is told. */
export class Track {
  readonly #spanMs: DurationMs;
  #slots: Slot[] = [];
  #head = 0;
  #requests = 0;
  #tokens = 0;

  /** `spanMs`: how long a call counts. */
  constructor(spanMs: DurationMs) {
    this.#spanMs = spanMs;
  }

  /** Calls that count, as of the last `forget`. */
  get requests(): number {
    return this.#requests;
  }

  /** Their tokens. */
  get tokens(): number {
    return this.#tokens;
  }

  get isEmpty(): boolean {
    return this.#head === this.#slots.length;
  }

  /** Counts a call from now on. */
  add(tokens: number, now: EpochMs): Slot {
    const at = Math.max(now, this.#slots.at(-1)?.at ?? now);
    const slot: Slot = { at, tokens: counted(tokens), isCounted: true };
    this.#slots.push(slot);
    this.#requests += 1;
    this.#tokens += slot.tokens;
    return slot;
  }

  /** Takes it off again. */
  drop(slot: Slot): void {
    if (!slot.isCounted) return;
    slot.isCounted = false;
    this.#requests -= 1;
    this.#tokens -= slot.tokens;
    while (this.#slots.length > this.#head && this.#slots.at(-1)?.isCounted === false) this.#slots.pop();
  }

  /** What it really took. */
  correct(slot: Slot, tokens: number): void {
    if (!slot.isCounted) return;
    this.#tokens += counted(tokens) - slot.tokens;
    slot.tokens = counted(tokens);
  }

  /** Lets go of what has left the window. */
  forget(now: EpochMs): void {
    this.#followClock(now);
    for (let first = this.#slots[this.#head]; first && first.at + this.#spanMs <= now; ) {
      this.#head += 1;
      if (first.isCounted) this.#leave(first);
      first = this.#slots[this.#head];
    }
    if (this.#head < DEAD_SLOTS || this.#head * 2 < this.#slots.length) return;
    this.#slots = this.#slots.slice(this.#head);
    this.#head = 0;
  }

  /** When one more call of `needTokens` fits; undefined where it does as of the last `forget`. */
  freeAt(limits: MinuteLimits, needTokens: number): EpochMs | undefined {
    const tokenLimit = whole(limits.tokens);
    let requestsOver = this.#requests + 1 - whole(limits.requests);
    let tokensOver = this.#tokens + Math.min(counted(needTokens), tokenLimit) - tokenLimit;
    if (requestsOver <= 0 && tokensOver <= 0) return undefined;
    for (let index = this.#head; index < this.#slots.length; index++) {
      const slot = this.#slots[index];
      if (!slot?.isCounted) continue;
      requestsOver -= 1;
      tokensOver -= slot.tokens;
      if (requestsOver <= 0 && tokensOver <= 0) return slot.at + this.#spanMs;
    }
    return undefined;
  }

  #leave(slot: Slot): void {
    slot.isCounted = false;
    this.#requests -= 1;
    this.#tokens -= slot.tokens;
  }

  #followClock(now: EpochMs): void {
    if ((this.#slots.at(-1)?.at ?? now) <= now + CLOCK_STEP_MS) return;
    for (const slot of this.#slots) slot.at = Math.min(slot.at, now);
  }
}
