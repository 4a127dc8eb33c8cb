import type { AccountId, EpochMs } from "../account";
import type { Because } from "./because";
import type { Candidate } from "./candidate";
import type { StrategyName } from "./strategies/name";

/** What is known of the conversation that asks, and the user's taste. */
export interface PickContext {
  readonly now: EpochMs;
  /** One draw, 0 ≤ n < 1. */
  readonly random: number;
  readonly strategy: StrategyName;
  /** How much chance `least-used` leaves; 0: none. */
  readonly tolerance: number;
  /** Loads are compared in steps of this many calls, default 2: 0 and 1 are equal. */
  readonly softConcurrent?: number;
  /** The account this conversation lives on, and when it last answered. */
  readonly bound?: { readonly accountId: AccountId; readonly lastAnswerAt: EpochMs };
  /** The account on which this conversation's last answers broke off: any other is better. It is not bound then. */
  readonly brokenAccountId?: AccountId;
  /** The account of the parent conversation: a child prefers another. */
  readonly parentAccountId?: AccountId;
  /** The position of the account that the last free choice fell on, for `round-robin`. */
  readonly lastPosition?: number;
}

/** The best of a field, at least one, in its order; and why the winner, as it told that one from another. */
export interface Narrowed {
  readonly field: readonly Candidate[];
  readonly because: (winner: Candidate) => Because;
}

/** One step of a choice; undefined where it makes no difference. */
export type Criterion = (field: readonly Candidate[], context: PickContext) => Narrowed | undefined;

/** A step to `best`, where that is not the whole field. */
export const narrowed = (
  field: readonly Candidate[],
  best: readonly Candidate[],
  because: Narrowed["because"],
): Narrowed | undefined => (best === field ? undefined : { field: best, because });

/** Those of `field` that `holds` is true of, in its order; `field` itself where it is true of all. May be empty. */
export function those(field: readonly Candidate[], holds: (candidate: Candidate) => boolean): readonly Candidate[] {
  return field.every(holds) ? field : field.filter(holds);
}

/** Those of `field` with the smallest figure, in its order; `field` itself where all have the same. */
export function smallest(
  field: readonly Candidate[],
  figureOf: (candidate: Candidate) => number,
): readonly Candidate[] {
  let least = Number.POSITIVE_INFINITY;
  /** Made only once somebody differs: mostly all are equal, and a copy of a thousand costs more than to look at them. */
  let best: Candidate[] | undefined;
  let index = 0;
  for (const candidate of field) {
    const figure = figureOf(candidate);
    if (figure === least) best?.push(candidate);
    else if (figure < least) {
      best = index === 0 ? undefined : [candidate];
      least = figure;
    } else best ??= field.slice(0, index);
    index += 1;
  }
  return best === undefined || best.length === 0 ? field : best;
}

/** That one alone; `field` itself where there is no such one or nobody else anyway. */
export const just = (one: Candidate | undefined, field: readonly Candidate[]): readonly Candidate[] =>
  one === undefined || field.length < 2 ? field : [one];

/**
 * One of `field` by lot, each as likely as its weight says; `field` itself where no weight says anything.
 * A weight that is not above 0 is none.
 */
export function drawn(
  field: readonly Candidate[],
  weightOf: (candidate: Candidate) => number,
  random: number,
): readonly Candidate[] {
  const weights = field.map((candidate) => Math.max(0, weightOf(candidate) || 0));
  let total = 0;
  for (const weight of weights) total += weight;
  if (!Number.isFinite(total)) return field;
  let left = random * total;
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  // Sums of fractions may leave a crumb at the end: it is the last one's who has a weight.
  return just(field[index < 0 ? weights.findLastIndex((weight) => weight > 0) : index], field);
}
