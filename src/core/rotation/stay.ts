import type { DurationMs } from "../account";
import type { Candidate } from "./candidate";
import type { PickContext } from "./criterion";

/** After this long without an answer a conversation may move to an account of better priority: its cache is gone anyway. */
const IDLE_MS: DurationMs = 600_000;

/** Not used up by our own count. */
export const isUnspent = (candidate: Candidate): boolean => !candidate.standing().isSpent;

/** Nor by what accounts alike can take. */
export const isOpen = (candidate: Candidate): boolean => isUnspent(candidate) && !candidate.standing().isPresumedSpent;

/** The account the conversation stays on, if it should: it lives there, and nothing that matters more is open elsewhere. */
export function stayer(candidates: readonly Candidate[], context: PickContext): Candidate | undefined {
  const home = candidates.find((candidate) => isHome(candidate, context));
  if (!home || staysAnyway(home, context)) return home;
  if (!isUnspent(home)) return candidates.some(isUnspent) ? undefined : home;
  return candidates.some((other) => outranks(other, home)) ? undefined : home;
}

/** Whether the conversation stays here whoever else could answer: for most calls nobody else needs to be looked at. */
export const staysAnyway = (candidate: Candidate, context: PickContext): boolean =>
  isHome(candidate, context) && !isIdle(context) && isUnspent(candidate);

const isHome = ({ account }: Candidate, { bound }: PickContext): boolean => account.id === bound?.accountId;

const isIdle = ({ bound, now }: PickContext): boolean => now - (bound?.lastAnswerAt ?? now) >= IDLE_MS;

const outranks = (other: Candidate, home: Candidate): boolean =>
  other.account.priority < home.account.priority && isUnspent(other);
