import type { AccountId, DurationMs, EpochMs } from "../account";
import type { SessionId } from "../session";
import type { Binding } from "../state";

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
    // Known at the end of an answer, not at its beginning.
    ...(stayed && previous.brokenCount !== undefined ? { brokenCount: previous.brokenCount } : {}),
  };
}

/** Once may be the line's fault, and the cache is worth a second try; after that the host's repeat goes elsewhere, if anywhere. */
const BROKEN_COUNT = 2;

/** Whether the conversation should leave its account because its answers break off there. */
export const isBroken = ({ brokenCount = 0 }: Binding): boolean => brokenCount >= BROKEN_COUNT;

/** The binding at the end of an answer, good or broken off; the same object where that changes nothing. */
export function endedBinding(binding: Binding, hasBrokenOff: boolean, now: EpochMs): Binding {
  const { brokenCount = 0, ...rest } = binding;
  if (hasBrokenOff) return { ...rest, lastAnswerAt: now, brokenCount: brokenCount + 1 };
  // A long answer ends much later than it began, and until then the conversation was not idle.
  const isLong = now - binding.lastAnswerAt >= LONG_ANSWER_MS;
  return isLong || brokenCount > 0 ? { ...rest, lastAnswerAt: now } : binding;
}

/** Nobody is idle for so short a time, and most answers take less. */
const LONG_ANSWER_MS: DurationMs = 60_000;
