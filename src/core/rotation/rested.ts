import type { Candidate } from "./candidate";
import type { Criterion } from "./criterion";

/**
 * The one that took the fewest conversations lately, of several the one that has been unused longest, of several the
 * first. Both in one walk without copies: often nothing has told a thousand accounts apart before.
 */
export const mostRested: Criterion = (field) => {
  let winner: Candidate | undefined;
  let [fewest, earliest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [isByCount, isByTime] = [false, false];
  for (const candidate of field) {
    const { recentSessionCount } = candidate;
    if (winner && recentSessionCount !== fewest) isByCount = true;
    if (recentSessionCount > fewest) continue;
    const { lastUsedAt } = candidate;
    if (winner && lastUsedAt !== earliest) isByTime = true;
    if (recentSessionCount === fewest && lastUsedAt >= earliest) continue;
    winner = candidate;
    fewest = recentSessionCount;
    earliest = lastUsedAt;
  }
  if (!winner || !(isByCount || isByTime)) return undefined;
  return {
    field: [winner],
    because: () =>
      isByCount ? { kind: "fewest-sessions", count: fewest } : { kind: "least-recent", lastUsedAt: earliest },
  };
};
