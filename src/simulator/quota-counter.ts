import type { DurationMs, EpochMs } from "../core/account";
import type { Meter } from "../core/quota/period";
import { type DayKind, type EndedWindow, FixedWindow, type LongWindow } from "./fixed-window";
import { LastMinute } from "./last-minute";
import type { QuotaRule } from "./scenario";

const DAY_MS: DurationMs = 86_400_000;

/** One limit that is reached now, and when the same request would pass. */
export interface Reached {
  readonly window: "minute" | LongWindow;
  readonly meter: Meter;
  readonly limit: number;
  readonly freeAt: EpochMs;
}

/** What is left of the scarcest window of hours. `limit` undefined: nobody counts. */
export interface QuotaLeft {
  readonly limit: number | undefined;
  readonly used: number;
  readonly resetAt: EpochMs;
}

/** What a counter begins with. */
export interface CounterOptions {
  readonly rule: QuotaRule;
  readonly day: DayKind;
  /** Since when windows run that had begun before. */
  readonly startsAt: EpochMs;
  readonly onEnd?: ((ended: EndedWindow) => void) | undefined;
}

/** The limits of one scope for one model or group. A refused request is not counted. Time only goes forward. */
export class QuotaCounter {
  readonly #rule: QuotaRule;
  readonly #minute = new LastMinute();
  readonly #windows: readonly FixedWindow[];
  readonly #onEnd: ((ended: EndedWindow) => void) | undefined;

  constructor(options: CounterOptions) {
    this.#rule = options.rule;
    this.#windows = windowsOf(options);
    this.#onEnd = options.onEnd;
  }

  /** The limits that keep a request of that size out; empty means it may pass. */
  reached(inputTokens: number, now: EpochMs): readonly Reached[] {
    this.#roll(now);
    const { rpm, tpm } = this.#rule;
    const found: Reached[] = [];
    if (rpm !== undefined && this.#minute.count(now) >= rpm) {
      const freeAt = this.#minute.freeForRequest(rpm, now);
      found.push({ window: "minute", meter: "requests", limit: rpm, freeAt });
    }
    const tokensAt = tpm === undefined ? now : this.#minute.freeForTokens(tpm, inputTokens, now);
    if (tpm !== undefined && tokensAt > now) {
      found.push({ window: "minute", meter: "input-tokens", limit: tpm, freeAt: tokensAt });
    }
    for (const window of this.#windows) {
      if (window.used < window.limit) continue;
      found.push({ window: window.name, meter: "requests", limit: window.limit, freeAt: window.endsAt(now) });
    }
    return found;
  }

  spend(inputTokens: number, now: EpochMs): void {
    this.#roll(now);
    this.#minute.add(now, inputTokens);
    for (const window of this.#windows) window.spend(now);
  }

  left(now: EpochMs): QuotaLeft {
    this.#roll(now);
    let least: FixedWindow | undefined;
    for (const window of this.#windows) if (!least || share(window) < share(least)) least = window;
    return least
      ? { limit: least.limit, used: least.used, resetAt: least.endsAt(now) }
      : { limit: undefined, used: 0, resetAt: now + DAY_MS };
  }

  #roll(now: EpochMs): void {
    for (const window of this.#windows) if (window.isOver(now)) window.roll(now, this.#onEnd);
  }
}

function windowsOf({ rule, day, startsAt }: CounterOptions): readonly FixedWindow[] {
  const { rpd, rp5h, rpw, usedToday, dayEndsInSeconds } = rule;
  const limits: readonly (readonly [LongWindow, number | undefined])[] = [
    ["5h", rp5h],
    ["day", rpd],
    ["week", rpw],
  ];
  const isBegun = usedToday !== undefined || dayEndsInSeconds !== undefined;
  const dayEndsAt = startsAt + (dayEndsInSeconds === undefined ? DAY_MS : dayEndsInSeconds * 1000);
  return limits.flatMap(([name, limit]) => {
    if (limit === undefined) return [];
    const begun = name === "day" && isBegun ? { used: usedToday ?? 0, endsAt: dayEndsAt } : {};
    return [new FixedWindow({ name, day, limit, startsAt, ...begun })];
  });
}

const share = ({ limit, used }: FixedWindow): number => (limit > 0 ? Math.max(0, limit - used) / limit : 0);
