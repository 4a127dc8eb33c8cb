import type { Candidate } from "../candidate";
import { type Criterion, just, narrowed } from "../criterion";

/** Fills one account, then the next, in the order of the list: the first that is not known to be empty. */
export const sequential: Criterion = (field) =>
  narrowed(field, just(field.find(hasSome) ?? field[0], field), () => ({ kind: "strategy", strategy: "sequential" }));

const hasSome = (candidate: Candidate): boolean => candidate.standing().remainingFraction > 0;
