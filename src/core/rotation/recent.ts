import type { AccountId, DurationMs, EpochMs } from "../account";
import type { SessionId } from "../session";
import type { Binding } from "../state";

/** Conversations bound within this time count against an account when a new one chooses. */
const RECENT_MS: DurationMs = 300_000;

/** Which conversations were bound where in the last five minutes. What it costs grows with those, not with all there ever were. */
export interface RecentSessions {
  /** A conversation lives on that account since then. Of several the latest holds; said again it changes nothing. */
  bound(sessionId: SessionId, accountId: AccountId, at: EpochMs): void;
  /** Takes in what other processes bound; costs a step for each of `bindings`. */
  seed(bindings: Iterable<Binding>, now: EpochMs): void;
  /** How many each account has taken lately; `pending` ones, still without an answer, are counted where they are now. */
  counts(now: EpochMs, pending: ReadonlyMap<SessionId, AccountId>): ReadonlyMap<AccountId, number>;
}

/** Knows of no conversation yet. */
export function createRecentSessions(): RecentSessions {
  /** Nearly in the order of time, so that the old ones stand in front. */
  const latest = new Map<SessionId, { readonly accountId: AccountId; readonly at: EpochMs }>();

  const bound = (sessionId: SessionId, accountId: AccountId, at: EpochMs): void => {
    if ((latest.get(sessionId)?.at ?? Number.NEGATIVE_INFINITY) >= at) return;
    latest.delete(sessionId);
    latest.set(sessionId, { accountId, at });
    forgetBefore(at - RECENT_MS);
  };

  /** For a pool of one account nobody ever counts, so that the old ones go when new ones come. */
  const forgetBefore = (limit: EpochMs): void => {
    for (const [sessionId, { at }] of latest) {
      if (at > limit) return;
      latest.delete(sessionId);
    }
  };

  const seed = (bindings: Iterable<Binding>, now: EpochMs): void => {
    for (const { sessionId, accountId, boundAt } of bindings) {
      if (now - boundAt < RECENT_MS) bound(sessionId, accountId, Math.min(boundAt, now));
    }
  };

  const counts = (now: EpochMs, pending: ReadonlyMap<SessionId, AccountId>): ReadonlyMap<AccountId, number> => {
    const byAccount = new Map<AccountId, number>();
    const add = (accountId: AccountId) => byAccount.set(accountId, (byAccount.get(accountId) ?? 0) + 1);
    for (const [sessionId, { accountId, at }] of latest) {
      if (now - at >= RECENT_MS) latest.delete(sessionId);
      else if (!pending.has(sessionId)) add(accountId);
    }
    for (const accountId of pending.values()) add(accountId);
    return byAccount;
  };

  return { bound, seed, counts };
}
