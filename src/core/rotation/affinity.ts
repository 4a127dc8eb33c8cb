import type { AccountId, DurationMs, EpochMs } from "../account";
import type { SessionId } from "../session";
import type { Binding } from "../state";

/** Conversations bound within this time count against an account when a new one chooses. */
const RECENT_MS: DurationMs = 300_000;

/** Where a conversation was answered. `isForeign`: the call carried thought signatures that this account did not make. */
export interface Place {
  readonly sessionId: SessionId;
  readonly model: string;
  readonly parentSessionId: SessionId | undefined;
  readonly accountId: AccountId;
  readonly now: EpochMs;
  readonly isForeign: boolean;
}

/** The binding after an answer. Once mixed, a history stays mixed: what came before stays in it. */
export function nextBinding(previous: Binding | undefined, to: Place): Binding {
  const stayed = previous?.accountId === to.accountId;
  return {
    sessionId: to.sessionId,
    model: to.model,
    accountId: to.accountId,
    ...(to.parentSessionId === undefined ? {} : { parentSessionId: to.parentSessionId }),
    boundAt: stayed ? previous.boundAt : to.now,
    lastAnswerAt: to.now,
    isMixed: to.isForeign || (previous?.isMixed ?? false),
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
