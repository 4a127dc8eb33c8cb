import type { Account, EpochMs } from "../account";
import { isCooling } from "../cooldown";
import type { Outcome } from "../outcome";
import { quotaScopeOf } from "../scope";
import type { PoolState, StateChange } from "../state";
import { cool, pausedBy } from "./pause";
import type { Settlement } from "./settlement";

/** The project that a refusal names, where it is the account's: for Code Assist it is that of Google's own client. */
const consumerOf = ({ account, outcome }: Pick<Settlement, "account" | "outcome">): string | undefined =>
  account.backend !== "code-assist" && "consumer" in outcome ? outcome.consumer : undefined;

/**
 * The account that an outcome is about; the same object where it is as known. A refusal that names another project than was
 * known, as after a key was replaced, is about that one: the accounts of the old project must not pay for it.
 */
export function accountFiled(account: Account, outcome: Outcome): Account {
  const consumer = consumerOf({ account, outcome });
  return consumer === undefined || (account.consumer ?? consumer) === consumer ? account : { ...account, consumer };
}

/** The settlement with the project that this very refusal names. */
export function named(settlement: Settlement): Settlement {
  const consumer = consumerOf(settlement);
  return consumer === undefined ? settlement : { ...settlement, account: { ...settlement.account, consumer } };
}

/**
 * Remembers the project that a refusal has named. Its quota scope may have another name from now on: what rests under
 * the old one, and what this refusal has added, rests under the new one too.
 */
export function consumerLearnt(
  state: PoolState,
  settlement: Settlement,
  taught: readonly StateChange[],
  now: EpochMs,
): readonly StateChange[] {
  const { account, unsent } = settlement;
  const consumer = consumerOf(settlement);
  if (consumer === undefined || unsent) return [];
  if (state.identities.get(account.id)?.consumer === consumer) return [];
  const identity = { accountId: account.id, consumer, observedAt: now };
  return [{ type: "identity.learnt", identity }, ...moved(state, settlement, taught, now)];
}

function moved(
  { cooldowns }: PoolState,
  settlement: Settlement,
  taught: readonly StateChange[],
  now: EpochMs,
): readonly StateChange[] {
  const from = quotaScopeOf(settlement.account);
  const to = quotaScopeOf(named(settlement).account);
  if (from === to) return [];
  return [...cooldowns.values(), ...pausedBy(taught)].flatMap((cooldown) => {
    const { scope } = cooldown;
    if (scope.kind !== "quota" || scope.quotaScope !== from || !isCooling(cooldown, now)) return [];
    return [cool({ ...cooldown, scope: { ...scope, quotaScope: to } })];
  });
}
