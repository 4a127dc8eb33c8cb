import type { Account, AccountId, DurationMs, EpochMs } from "../account";

/** An account that could take the call, with what the choice looks at. */
export interface Candidate {
  readonly account: Account;
  readonly inFlightCount: number;
  readonly lastUsedAt: EpochMs;
  /** Conversations that were bound to it in the last five minutes. */
  readonly recentSessionCount: number;
}

/** What is known of the conversation that asks. */
export interface PickContext {
  readonly now: EpochMs;
  /** The account this conversation lives on, and when it last answered. */
  readonly bound?: { readonly accountId: AccountId; readonly lastAnswerAt: EpochMs };
  /** The account of the parent conversation: a child prefers another. */
  readonly parentAccountId?: AccountId;
}

/** The choice and its reason. */
export interface Pick {
  readonly account: Account;
  readonly because: string;
}

/** Loads are compared in steps of this many calls: 0 and 1 are equal. */
const SOFT_CONCURRENT = 2;
/** After this long without an answer a conversation may move to an account of better priority: its cache is gone anyway. */
const IDLE_MS: DurationMs = 600_000;

/** Chooses one of `candidates`, or nothing where there is none. Deterministic; linear in the number of candidates. */
export function pick(candidates: readonly Candidate[], context: PickContext): Pick | undefined {
  const bound = candidates.find(({ account }) => account.id === context.bound?.accountId);
  if (bound && !outranked(bound, candidates, context)) {
    return { account: bound.account, because: "this conversation lives here" };
  }
  let best: Candidate | undefined;
  for (const candidate of candidates) if (!best || before(candidate, best, context)) best = candidate;
  return best && { account: best.account, because: reason(best, candidates, context) };
}

function outranked(bound: Candidate, candidates: readonly Candidate[], context: PickContext): boolean {
  if (context.now - (context.bound?.lastAnswerAt ?? context.now) < IDLE_MS) return false;
  return candidates.some(({ account }) => account.priority < bound.account.priority);
}

/** The criteria in their order of weight; the smaller value wins. */
const CRITERIA: readonly { readonly because: string; readonly of: (c: Candidate, context: PickContext) => number }[] = [
  { because: "best priority", of: (c) => c.account.priority },
  { because: "another account than its parent's", of: (c, x) => (c.account.id === x.parentAccountId ? 1 : 0) },
  { because: "least busy", of: (c) => Math.floor(c.inFlightCount / SOFT_CONCURRENT) },
  { because: "fewest conversations", of: (c) => c.recentSessionCount },
  { because: "least recently used", of: (c) => c.lastUsedAt },
];

function before(a: Candidate, b: Candidate, context: PickContext): boolean {
  for (const { of } of CRITERIA) {
    const difference = of(a, context) - of(b, context);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The first criterion that told the winner from somebody else. */
function reason(best: Candidate, candidates: readonly Candidate[], context: PickContext): string {
  if (candidates.length === 1) return "the only one that can answer";
  for (const { because, of } of CRITERIA) {
    const value = of(best, context);
    if (candidates.some((other) => of(other, context) !== value)) return because;
  }
  return "first in the list";
}
