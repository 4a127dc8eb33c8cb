import type { DurationMs, EpochMs } from "../core/account";
import { nextPacificMidnight } from "../core/quota/pacific";

const HOUR_MS: DurationMs = 3_600_000;
const LENGTHS_MS = { "5h": 5 * HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;

/** The windows that hold for hours: each has a beginning and an end, unlike the sliding minute. */
export type LongWindow = keyof typeof LENGTHS_MS;

/** How a scope counts its day: until midnight Pacific, or 24 h from the first request. */
export type DayKind = "pacific" | "from-first";

/** How a window begins. */
export interface WindowOptions {
  readonly name: LongWindow;
  readonly day: DayKind;
  readonly limit: number;
  readonly startsAt: EpochMs;
  /** What was spent before the start, default 0. */
  readonly used?: number;
  /** The end of a window that already runs at the start. */
  readonly endsAt?: EpochMs | undefined;
}

/** A window that has ended, with what was used of it: the rest is lost. */
export interface EndedWindow {
  readonly window: LongWindow;
  readonly limit: number;
  readonly used: number;
  readonly endedAt: EpochMs;
}

/** One limit of requests within a window of hours. */
export class FixedWindow {
  readonly name: LongWindow;
  readonly limit: number;
  used: number;
  readonly #day: DayKind;
  #endsAt: EpochMs | undefined;

  constructor({ name, day, limit, startsAt, used = 0, endsAt }: WindowOptions) {
    this.name = name;
    this.limit = limit;
    this.#day = day;
    this.used = used;
    this.#endsAt = day === "pacific" ? nextPacificMidnight(startsAt) : endsAt;
  }

  /** The end of the window that runs at `now`, or of the one that a request would begin. */
  endsAt(now: EpochMs): EpochMs {
    return this.#endsAt ?? now + LENGTHS_MS[this.name];
  }

  spend(now: EpochMs): void {
    this.#endsAt = this.endsAt(now);
    this.used += 1;
  }

  /** Whether a window runs that should have ended by `now`. */
  isOver(now: EpochMs): boolean {
    return this.#endsAt !== undefined && this.#endsAt <= now;
  }

  /** Ends every window that is over at `now`. */
  roll(now: EpochMs, onEnd?: (ended: EndedWindow) => void): void {
    while (this.#endsAt !== undefined && this.#endsAt <= now) {
      onEnd?.({ window: this.name, limit: this.limit, used: this.used, endedAt: this.#endsAt });
      this.used = 0;
      this.#endsAt = this.#day === "pacific" ? nextPacificMidnight(this.#endsAt) : undefined;
    }
  }
}
