import type { EpochMs } from "../account";
import type { Outcome } from "../outcome";
import { type Scope, scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import { cooldownFor, lockoutFor } from "./limit";
import { linked, markedUnused } from "./link";
import { benchedTogether } from "./partners";
import { cool, quotaOf } from "./pause";
import type { Settlement } from "./settlement";

type Limited = Extract<Outcome, { kind: "limited" }>;

/** A refusal for quota benches its scope, whoever seems to share it, and a whole account that fails everywhere. */
export function limits(
  state: PoolState,
  settlement: Settlement,
  outcome: Limited,
  now: EpochMs,
): readonly StateChange[] {
  const { account, startedAt } = settlement;
  const scope: Scope =
    outcome.scope === "account" ? { kind: "account", accountId: account.id } : quotaOf(account, settlement.model);
  const earned = cooldownFor(outcome, { scope, previous: state.cooldowns.get(scopeKey(scope)), startedAt }, now);
  if (scope.kind === "account") return [cool(earned)];
  const cooldown = markedUnused(state, settlement, outcome, earned);
  const lockout = lockoutFor(account.id, cooldown, state.cooldowns, now);
  return [
    cool(cooldown),
    ...benchedTogether(state, settlement, cooldown).map(cool),
    ...(lockout ? [cool(lockout)] : []),
    ...linked(state, settlement, outcome, cooldown),
  ];
}
