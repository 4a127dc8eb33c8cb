import type { AccountId, EpochMs } from "../account";
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
  };
}
