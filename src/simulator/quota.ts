import type { EpochMs } from "../core/account";
import type { DayKind, EndedWindow } from "./fixed-window";
import { QuotaCounter } from "./quota-counter";
import type { QuotaRule } from "./scenario";

/** Counts for each scope (project or person) and each model or group on its own. */
export interface QuotaMeter {
  /** The counter of these; the same each time. */
  of(scope: string, what: string): QuotaCounter;
}

export interface MeterOptions {
  readonly rulesOf: (scope: string) => readonly QuotaRule[];
  readonly day: DayKind;
  /** Since when windows run that had begun before. */
  readonly startsAt: EpochMs;
  readonly onEnd?: (ended: EndedWindow) => void;
}

export function createMeter({ rulesOf, day, startsAt, onEnd }: MeterOptions): QuotaMeter {
  const counters = new Map<string, QuotaCounter>();
  return {
    of(scope, what) {
      const key = `${scope} ${what}`;
      const known = counters.get(key);
      if (known) return known;
      const counter = new QuotaCounter({ rule: ruleFor(rulesOf(scope), what), day, startsAt, onEnd });
      counters.set(key, counter);
      return counter;
    },
  };
}

const NO_RULE: QuotaRule = {};

/** The first rule that names the model, or any. */
export const ruleFor = (rules: readonly QuotaRule[], what: string): QuotaRule =>
  rules.find(({ model = "*" }) => model === "*" || model === what) ?? NO_RULE;
