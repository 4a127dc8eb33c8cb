import type { AccountId, DurationMs, EpochMs } from "../account";
import type { Binding, SessionId } from "../state";

/** Conversations bound within this time count against an account when a new one chooses. */
const RECENT_MS: DurationMs = 300_000;

/** Where a conversation was answered. `repaired`: its history holds signatures that had to be replaced. */
export interface Place {
  readonly sessionId: SessionId;
  readonly parentSessionId: SessionId | undefined;
  readonly accountId: AccountId;
  readonly now: EpochMs;
  readonly repaired: boolean;
}

/** The binding after an answer: it remembers whether the history holds the words of more than one account. */
export function nextBinding(previous: Binding | undefined, to: Place): Binding {
  const moved = previous !== undefined && previous.accountId !== to.accountId;
  return {
    sessionId: to.sessionId,
    accountId: to.accountId,
    ...(to.parentSessionId === undefined ? {} : { parentSessionId: to.parentSessionId }),
    boundAt: previous && !moved ? previous.boundAt : to.now,
    lastAnswerAt: to.now,
    movedCount: (previous?.movedCount ?? 0) + (moved || (to.repaired && !previous?.movedCount) ? 1 : 0),
  };
}

/** How many conversations each account has taken lately; `pending` ones, still without an answer, are counted where they are now. */
export function recentSessions(
  bindings: Iterable<Binding>,
  pending: ReadonlyMap<SessionId, AccountId>,
  now: EpochMs,
): ReadonlyMap<AccountId, number> {
  const counts = new Map<AccountId, number>();
  const add = (id: AccountId) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { boundAt, accountId, sessionId } of bindings) {
    if (now - boundAt < RECENT_MS && !pending.has(sessionId)) add(accountId);
  }
  for (const accountId of pending.values()) add(accountId);
  return counts;
}
