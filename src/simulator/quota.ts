import type { EpochMs } from "../core/account";
import { nextPacificMidnight } from "../core/quota/pacific";
import type { QuotaRule } from "./scenario";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How a scope counts its day: until midnight Pacific, or 24 h from the first request. */
export type DayKind = "pacific" | "from-first";

/** One limit that is reached now. */
export interface Reached {
  readonly window: "minute" | "day";
  readonly limit: number;
  readonly freeAt: EpochMs;
}

/** What is left of a day's requests. `limit` undefined: nobody counts. */
export interface DayLeft {
  readonly limit: number | undefined;
  readonly used: number;
  readonly resetAt: EpochMs;
}

interface Counter {
  minute: EpochMs[];
  used: number;
  dayEndsAt: EpochMs;
}

/** Counts requests per scope (project or person) and model or group. A refused request is not counted. */
export interface QuotaMeter {
  /** The limits that keep one more request out; empty means it may pass. */
  reached(scope: string, what: string, now: EpochMs): readonly Reached[];
  spend(scope: string, what: string, now: EpochMs): void;
  left(scope: string, what: string, now: EpochMs): DayLeft;
}

export function createMeter(rulesOf: (scope: string) => readonly QuotaRule[], day: DayKind): QuotaMeter {
  const counters = new Map<string, Counter>();
  const ruleFor = (scope: string, what: string) =>
    rulesOf(scope).find(({ model = "*" }) => model === "*" || model === what);

  const counterFor = (scope: string, what: string, now: EpochMs): Counter => {
    const key = `${scope} ${what}`;
    const known = counters.get(key) ?? newCounter(ruleFor(scope, what), day, now);
    counters.set(key, known);
    forgetPast(known, day, now);
    return known;
  };

  return {
    reached: (scope, what, now) => reachedLimits(counterFor(scope, what, now), ruleFor(scope, what), now),
    spend(scope, what, now) {
      const counter = counterFor(scope, what, now);
      if (day === "from-first" && counter.used === 0) counter.dayEndsAt = now + DAY;
      counter.minute.push(now);
      counter.used += 1;
    },
    left(scope, what, now) {
      const counter = counterFor(scope, what, now);
      return { limit: ruleFor(scope, what)?.rpd, used: counter.used, resetAt: counter.dayEndsAt };
    },
  };
}

const dayEnd = (day: DayKind, now: EpochMs) => (day === "pacific" ? nextPacificMidnight(now) : now + DAY);

const newCounter = (rule: QuotaRule | undefined, day: DayKind, now: EpochMs): Counter => ({
  minute: [],
  used: rule?.usedToday ?? 0,
  dayEndsAt: dayEnd(day, now),
});

function forgetPast(counter: Counter, day: DayKind, now: EpochMs): void {
  if (now >= counter.dayEndsAt) Object.assign(counter, { used: 0, dayEndsAt: dayEnd(day, now) });
  if (day === "from-first" && counter.used === 0) counter.dayEndsAt = now + DAY;
  counter.minute = counter.minute.filter((at) => at > now - MINUTE);
}

function reachedLimits(counter: Counter, rule: QuotaRule | undefined, now: EpochMs): readonly Reached[] {
  const found: Reached[] = [];
  const { rpm, rpd } = rule ?? {};
  if (rpm !== undefined && counter.minute.length >= rpm) {
    found.push({ window: "minute", limit: rpm, freeAt: (counter.minute[counter.minute.length - rpm] ?? now) + MINUTE });
  }
  if (rpd !== undefined && counter.used >= rpd) found.push({ window: "day", limit: rpd, freeAt: counter.dayEndsAt });
  return found;
}
