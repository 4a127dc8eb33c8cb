import type { DurationMs, EpochMs } from "../account";
import { isCooling } from "../cooldown";
import { type Scope, scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import { park } from "./parking";
import { cool, pause } from "./pause";
import type { Settlement } from "./settlement";

const DENIED_MS: DurationMs = 600_000;
const DENIED_LIMIT = 3;

/** An undetailed 403: 10 minutes, then 20, parked at the third. Parallel calls are refused together and count once. */
export function denies(
  state: PoolState,
  settlement: Settlement,
  sentence: string,
  now: EpochMs,
): readonly StateChange[] {
  const { account } = settlement;
  if (!isNewDenial(state, settlement)) return [];
  const count = (state.health.get(account.id)?.deniedCount ?? 0) + 1;
  if (count >= DENIED_LIMIT) {
    return [park(account, "not-eligible", `refused ${count} times without a reason: ${sentence}`, now)];
  }
  const scope: Scope = { kind: "account", accountId: account.id };
  return [cool(pause({ scope, reason: "denied", until: now + DENIED_MS * 2 ** (count - 1), sentence }, now))];
}

/** Whether a denial is one more: not where the call was under way before the account was paused or parked. */
export const isNewDenial = (state: PoolState, { account, startedAt, outcome }: Settlement): boolean =>
  outcome.kind === "denied" &&
  !state.parked.has(account.id) &&
  !isCooling(state.cooldowns.get(scopeKey({ kind: "account", accountId: account.id })), startedAt);
