import type { Candidate } from "./candidate";
import { type Criterion, drawn, narrowed } from "./criterion";

/** This much or less is little. */
const LOW_FRACTION = 0.2;

/** Where little is left anywhere a strategy would run dry on one account: chance spreads what is left. */
export const lowQuota: Criterion = (field, { random }) =>
  narrowed(
    field,
    drawn(field, (candidate) => candidate.standing().remainingFraction * candidate.health(), random),
    (winner) => ({ kind: "low-quota", remainingFraction: winner.standing().remainingFraction }),
  );

/** Whether little is known to be left of every one; asks no further than the first that has enough. */
export const isLowEverywhere = (field: readonly Candidate[]): boolean =>
  field.every((candidate) => {
    const { isKnown, remainingFraction } = candidate.standing();
    return isKnown && remainingFraction <= LOW_FRACTION;
  });
