import type { Candidate } from "../candidate";
import { type Criterion, drawn, narrowed, smallest } from "../criterion";

/**
 * Fewest requests in the window. With a `tolerance` above 0 by lot instead, with the weight most − own + tolerance + 1
 * of the rotator library: the larger it is, the more even the odds.
 */
export const leastUsed: Criterion = (field, { tolerance, random }) => {
  const isDrawn = tolerance > 0;
  const best = isDrawn ? drawn(field, leaning(field, tolerance), random) : smallest(field, usedCount);
  return narrowed(field, best, (winner) => ({
    kind: "strategy",
    strategy: "least-used",
    usedCount: usedCount(winner),
    isDrawn,
  }));
};

function leaning(field: readonly Candidate[], tolerance: number): (candidate: Candidate) => number {
  let most = 0;
  for (const candidate of field) most = Math.max(most, usedCount(candidate));
  return (candidate) => most - usedCount(candidate) + tolerance + 1;
}

const usedCount = (candidate: Candidate): number => candidate.standing().usedCount;
