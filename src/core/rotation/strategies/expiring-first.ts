import type { DurationMs, EpochMs } from "../../account";
import type { QuotaStanding } from "../../quota/standing";
import type { Candidate } from "../candidate";
import { type Criterion, narrowed, smallest, those } from "../criterion";

/** Resets nearer to each other than this are equal. */
const EQUAL_MS: DurationMs = 30 * 60_000;

const NEVER: EpochMs = Number.POSITIVE_INFINITY;

/**
 * Spends the quota that resets soonest, since what is left at a reset is lost. Then come accounts whose reset nobody
 * knows or whose window has not begun, and last those with nothing left in their window.
 */
export const expiringFirst: Criterion = (field, { now }) =>
  narrowed(field, soonest(field, now), (winner) => {
    const expiresAt = expiryOf(winner, now);
    return { kind: "strategy", strategy: "expiring-first", resetAt: expiresAt === NEVER ? undefined : expiresAt };
  });

function soonest(field: readonly Candidate[], now: EpochMs): readonly Candidate[] {
  let first = NEVER;
  for (const candidate of field) {
    const expiresAt = expiryOf(candidate, now);
    if (expiresAt < first) first = expiresAt;
  }
  if (first === NEVER) return smallest(field, (candidate) => (isEmpty(candidate.standing()) ? 1 : 0));
  const limit = first + EQUAL_MS;
  return those(field, (candidate) => expiryOf(candidate, now) < limit);
}

/** When something of it will be lost, as far as anybody knows. */
function expiryOf(candidate: Candidate, now: EpochMs): EpochMs {
  const standing = candidate.standing();
  const { resetAt } = standing;
  return resetAt === undefined || resetAt <= now || isEmpty(standing) ? NEVER : resetAt;
}

const isEmpty = ({ remainingFraction }: QuotaStanding): boolean => remainingFraction <= 0;
