import type { Account, DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import type { Outcome, ParkedState } from "../outcome";
import { modelGroup, quotaScopeOf, type Scope, scopeKey, scopesOf } from "../scope";
import type { Health, Parked, PoolState, StateChange } from "../state";
import { cooldownFor, lockoutFor } from "./limit";

/** One settled attempt: who was asked for what, when it began, and who else is in its project. */
export interface Settlement {
  readonly account: Account;
  readonly model: string;
  readonly outcome: Outcome;
  readonly startedAt: EpochMs;
  /** Asked for only where a whole project is refused. */
  readonly siblings: () => readonly Account[];
}

const MINUTE_MS: DurationMs = 60_000;
const EGRESS_MS = 5 * MINUTE_MS;
const DENIED_MS = 10 * MINUTE_MS;
const DENIED_LIMIT = 3;
/** New keys take minutes to work everywhere at Google (google-gemini/gemini-cli#4430). */
const NEW_KEY_AGE_MS = 10 * MINUTE_MS;
const NEW_KEY_PAUSE_MS = 2 * MINUTE_MS;
/** Weight of the newest call in the moving average of successes. */
const SUCCESS_WEIGHT = 0.2;

/** What an outcome teaches the pool, as changes to apply. Aborts teach nothing. */
export function advance(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  const { outcome } = settlement;
  if (outcome.kind === "aborted") return [];
  return [...lessons(state, settlement, now), { type: "health.set", health: nextHealth(state, settlement, now) }];
}

function lessons(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  const { outcome, account } = settlement;
  switch (outcome.kind) {
    case "success":
      return lifts(state, settlement, now);
    case "limited":
      return limits(state, settlement, outcome, now);
    case "parked":
      return parks(state, settlement, outcome, now);
    case "banned":
      return [park(account, "banned", outcome.sentence, now, outcome.url)];
    case "unauthorized":
      return parks(
        state,
        settlement,
        { ...outcome, kind: "parked", scope: "account", state: refusedLogin(account) },
        now,
      );
    case "denied":
      return denies(state, account, outcome.sentence, now);
    case "egress": {
      const scope: Scope = { kind: "backend", backend: account.backend };
      return [cool(pause(scope, "region", now + EGRESS_MS, now, outcome.sentence))];
    }
    default:
      return [];
  }
}

const refusedLogin = ({ credential }: Account) => (credential === "api-key" ? "key-invalid" : "needs-login");

/** A success ends every pause that began before the call did; a younger one was learnt later and stays. */
function lifts(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  return scopesOf(settlement.account, settlement.model)
    .map(scopeKey)
    .filter((key) => (state.cooldowns.get(key)?.since ?? Number.POSITIVE_INFINITY) <= settlement.startedAt)
    .map((key) => ({ type: "cooldown.lifted", key, at: now }));
}

function limits(
  state: PoolState,
  { account, model }: Settlement,
  outcome: Extract<Outcome, { kind: "limited" }>,
  now: EpochMs,
): readonly StateChange[] {
  const scope: Scope =
    outcome.scope === "account"
      ? { kind: "account", accountId: account.id }
      : { kind: "quota", quotaScope: quotaScopeOf(account), group: modelGroup(account.backend, model) };
  const cooldown = cooldownFor(outcome, scope, state.cooldowns.get(scopeKey(scope)), now);
  const lockout = lockoutFor(account.id, cooldown, state.cooldowns, now);
  return lockout ? [cool(cooldown), cool(lockout)] : [cool(cooldown)];
}

function parks(
  state: PoolState,
  { account, siblings }: Settlement,
  outcome: Extract<Outcome, { kind: "parked" }>,
  now: EpochMs,
): readonly StateChange[] {
  if (outcome.state === "key-invalid" && now - account.addedAt < NEW_KEY_AGE_MS) {
    const scope: Scope = { kind: "account", accountId: account.id };
    const previous = state.cooldowns.get(scopeKey(scope));
    if (previous?.reason !== "new-key" || isCooling(previous, now)) {
      return [cool(pause(scope, "new-key", now + NEW_KEY_PAUSE_MS, now, outcome.sentence))];
    }
  }
  const parked = outcome.scope === "project" ? [account, ...siblings()] : [account];
  return parked.map((each) => park(each, outcome.state, outcome.sentence, now, outcome.url));
}

function denies(state: PoolState, account: Account, sentence: string, now: EpochMs): readonly StateChange[] {
  const scope: Scope = { kind: "account", accountId: account.id };
  if (isCooling(state.cooldowns.get(scopeKey(scope)), now)) return [];
  const count = (state.health.get(account.id)?.deniedCount ?? 0) + 1;
  if (count >= DENIED_LIMIT) {
    return [park(account, "not-eligible", `refused ${count} times without a reason: ${sentence}`, now)];
  }
  return [cool(pause(scope, "denied", now + DENIED_MS * 2 ** (count - 1), now, sentence))];
}

const cool = (cooldown: Cooldown): StateChange => ({ type: "cooldown.set", cooldown });

const pause = (scope: Scope, reason: Cooldown["reason"], until: EpochMs, now: EpochMs, sentence: string): Cooldown => ({
  scope,
  reason,
  until,
  since: now,
  source: "estimate",
  step: 1,
  sentence,
});

function park(account: Account, state: ParkedState, sentence: string, now: EpochMs, url?: string): StateChange {
  const parked: Parked = { accountId: account.id, state, sentence, since: now, ...(url === undefined ? {} : { url }) };
  return { type: "account.parked", parked };
}

/** A bad request, a busy model, a dead network and a broken machine are nobody's bad health. */
function saysOfAccount(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "success":
    case "limited":
    case "parked":
    case "banned":
    case "unauthorized":
    case "denied":
      return true;
    case "transient":
      return outcome.cause !== "network";
    default:
      return false;
  }
}

function nextHealth(state: PoolState, { account, outcome }: Settlement, now: EpochMs): Health {
  const before = state.health.get(account.id);
  const ok = outcome.kind === "success";
  const paused = isCooling(state.cooldowns.get(scopeKey({ kind: "account", accountId: account.id })), now);
  return {
    accountId: account.id,
    successFraction: saysOfAccount(outcome)
      ? (before?.successFraction ?? 1) * (1 - SUCCESS_WEIGHT) + (ok ? SUCCESS_WEIGHT : 0)
      : (before?.successFraction ?? 1),
    deniedCount: ok ? 0 : (before?.deniedCount ?? 0) + (outcome.kind === "denied" && !paused ? 1 : 0),
    lastUsedAt: now,
    updatedAt: now,
  };
}
