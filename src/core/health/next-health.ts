import type { DurationMs, EpochMs } from "../account";
import type { Health, PoolState } from "../state";
import { isNewDenial } from "./denial";
import type { Settlement } from "./settlement";

/** Weight of the newest call in the moving averages. */
const NEWEST_WEIGHT = 0.2;

const moved = (average: number, newest: number): number => average * (1 - NEWEST_WEIGHT) + newest * NEWEST_WEIGHT;

/** How the account does after an attempt. `isNobodys`: the backend was found to refuse everybody. */
export function nextHealth(state: PoolState, settlement: Settlement, isNobodys: boolean, now: EpochMs): Health {
  const { account, outcome } = settlement;
  const before = state.health.get(account.id);
  const { successFraction = 1, deniedCount = 0 } = before ?? {};
  const ok = outcome.kind === "success";
  const counts = !isNobodys && saysOfAccount(settlement);
  const latencyMs = nextLatency(before?.latencyMs, ok ? outcome.latencyMs : undefined);
  const loginFault = nextLoginFault(before?.loginFault, settlement);
  return {
    accountId: account.id,
    successFraction: counts ? moved(successFraction, ok ? 1 : 0) : successFraction,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    deniedCount: ok ? 0 : deniedCount + (!isNobodys && isNewDenial(state, settlement) ? 1 : 0),
    ...(loginFault === undefined ? {} : { loginFault }),
    ...(loginFault === undefined || before?.loginMark === undefined ? {} : { loginMark: before.loginMark }),
    lastUsedAt: now,
    updatedAt: now,
  };
}

const nextLatency = (before: DurationMs | undefined, newest: DurationMs | undefined): DurationMs | undefined =>
  before === undefined || newest === undefined ? (newest ?? before) : moved(before, newest);

/** Once a call was sent there was a token; a network that is down says nothing of the login. */
function nextLoginFault(before: string | undefined, { outcome, unsent }: Settlement): string | undefined {
  if (outcome.kind === "machine" && unsent) return outcome.sentence;
  return unsent ? before : undefined;
}

/** The same health of an account whose login is known to be good. */
export function withoutLoginFault({ loginFault: _fault, loginMark: _mark, ...health }: Health, now: EpochMs): Health {
  return { ...health, updatedAt: now };
}

/** A bad request, a busy model, a dead network, a login service that is down and a broken machine are nobody's bad health. */
function saysOfAccount({ outcome, unsent }: Settlement): boolean {
  switch (outcome.kind) {
    case "success":
    case "limited":
    case "parked":
    case "banned":
    case "unauthorized":
    case "denied":
      return true;
    case "transient":
      return outcome.cause !== "network" && !unsent;
    default:
      return false;
  }
}
