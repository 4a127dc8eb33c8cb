import type { Account, AccountId, BackendModelGroups, DurationMs, EpochMs } from "./account";
import { type Cooldown, isCooling } from "./cooldown";
import { healthFraction } from "./health/fraction";
import { accountSeen } from "./identity";
import type { QuotaWindow } from "./quota/record";
import { windowOf } from "./quota/windows";
import { parkedWords, reasonWords } from "./reasons";
import { quotaScopeOf, type Scope, scopeKey, scopesOf } from "./scope";
import type { AccountSnapshot, AccountState, PoolSnapshot } from "./snapshot";
import type { Parked, PoolState, UsageCounts } from "./state";
import { NO_USAGE } from "./usage";

/** All that a snapshot is made of. */
export interface SnapshotInput {
  readonly accounts: readonly Account[];
  readonly state: PoolState;
  readonly usage: ReadonlyMap<AccountId, { readonly today: UsageCounts; readonly total: UsageCounts }>;
  /** Calls that are out now. */
  readonly inFlight: (id: AccountId) => number;
  /** What is wrong with the accounts file, in a sentence. */
  readonly problem: string | undefined;
  readonly now: EpochMs;
  /**
   * Models the pool was asked for in the last 24 h: an account cools only if all of them cool there.
   * Absent or empty: the models that cool there are taken for all there are.
   */
  readonly recentModels?: readonly string[];
  /** Whether backend and kind of credential are built in; absent: all are. */
  readonly serves?: (account: Account) => boolean;
  /** Whether it is known where its calls are to go. */
  readonly isReachable?: (account: Account) => boolean;
  readonly modelGroups?: BackendModelGroups;
}

/** The pool at one moment: the only builder of a snapshot. Total, linear in accounts, cooldowns and quotas. */
export function snapshotOf(input: SnapshotInput): PoolSnapshot {
  const found = indexOf(input);
  const accounts = input.accounts.map((account) =>
    accountSnapshot(accountSeen(account, input.state, input.modelGroups), input, found),
  );
  const returns = accounts.flatMap(({ state, until }) => (state === "cooling" && until !== undefined ? [until] : []));
  return {
    at: input.now,
    total: accounts.length,
    usable: accounts.filter(({ state }) => state === "available").length,
    nextAvailableAt: returns.length > 0 ? returns.reduce((a, b) => Math.min(a, b)) : undefined,
    accounts,
    problem: input.problem,
  };
}

/** Running cooldowns by whom they concern, and quota windows by scope. */
interface Index {
  readonly cooldowns: ReadonlyMap<string, readonly Cooldown[]>;
  readonly quotas: ReadonlyMap<string, readonly QuotaWindow[]>;
}

function indexOf({ state, now }: SnapshotInput): Index {
  const cooldowns = new Map<string, Cooldown[]>();
  for (const cooldown of state.cooldowns.values()) {
    if (!isCooling(cooldown, now)) continue;
    const owner = ownerOf(cooldown.scope);
    const list = cooldowns.get(owner);
    if (list) list.push(cooldown);
    else cooldowns.set(owner, [cooldown]);
  }
  const quotas = new Map<string, QuotaWindow[]>();
  for (const record of state.quotas.values()) {
    const window = windowOf(record, now);
    if (!window) continue;
    const known = quotas.get(record.quotaScope);
    if (known) known.push(window);
    else quotas.set(record.quotaScope, [window]);
  }
  return { cooldowns, quotas };
}

function ownerOf(scope: Scope): string {
  switch (scope.kind) {
    case "account":
      return scopeKey(scope);
    case "quota":
      return `quota:${scope.quotaScope}`;
    case "backend-model":
    case "backend":
      return `backend:${scope.backend}`;
  }
}

function accountSnapshot(account: Account, input: SnapshotInput, found: Index): AccountSnapshot {
  const quotaScope = quotaScopeOf(account);
  const owners = [`account:${account.id}`, `quota:${quotaScope}`, `backend:${account.backend}`];
  const cooldowns = owners.flatMap((owner) => found.cooldowns.get(owner) ?? []);
  const quotas = found.quotas.get(quotaScope) ?? [];
  const health = input.state.health.get(account.id);
  const usage = input.usage.get(account.id);
  return {
    id: account.id,
    label: account.label,
    backend: account.backend,
    credential: account.credential,
    origin: account.origin,
    tier: account.tier,
    priority: account.priority,
    enabled: account.enabled,
    quotaScope,
    ...standing(account, cooldowns, input),
    health: healthFraction({ health, quotas, cooling: cooldowns.length > 0, now: input.now }),
    inFlight: input.inFlight(account.id),
    lastUsedAt: health?.lastUsedAt,
    cooldowns,
    quotas,
    usage: { today: usage?.today ?? NO_USAGE, total: usage?.total ?? NO_USAGE },
  };
}

/** State, reason, end and address: what a person asks first. */
interface Standing {
  readonly state: AccountState;
  readonly reason: string;
  readonly until: EpochMs | undefined;
  readonly url: string | undefined;
}

const here = (state: AccountState, reason: string, until?: EpochMs, url?: string): Standing => ({
  state,
  reason,
  until,
  url,
});

function standing(account: Account, cooldowns: readonly Cooldown[], input: SnapshotInput): Standing {
  if (!account.enabled) return here("disabled", "switched off");
  if (input.serves && !input.serves(account)) {
    return here("disabled", `this version cannot use it (${account.backend}, ${account.credential})`);
  }
  if (input.isReachable?.(account) === false)
    return here("disabled", "its address in gemini-pool.jsonc or in a variable cannot be used");
  const parked = input.state.parked.get(account.id);
  if (parked) return here("parked", parkedReason(parked), undefined, parked.url);
  const fault = loginFault(account, input);
  if (fault !== undefined) return here("disabled", `its login could not be used when last tried: ${fault}`);
  const first = firstToEnd(account, cooldowns, input.recentModels ?? []);
  return first ? here("cooling", cooldownReason(first), first.until) : here("available", "");
}

/** What was wrong with a login longer ago than this may have been put right since, and nobody has tried. */
const FAULT_SHOWN_MS: DurationMs = 3_600_000;

function loginFault({ id }: Account, { state, now }: SnapshotInput): string | undefined {
  const health = state.health.get(id);
  return health !== undefined && now - health.updatedAt < FAULT_SHOWN_MS ? health.loginFault : undefined;
}

/**
 * The cooldown whose end brings the account back: of each model the longest one counts, of these the first to end.
 * Undefined as soon as one model is free.
 */
function firstToEnd(
  account: Account,
  cooldowns: readonly Cooldown[],
  recentModels: readonly string[],
): Cooldown | undefined {
  if (cooldowns.length === 0) return undefined;
  const byKey = new Map(cooldowns.map((cooldown) => [scopeKey(cooldown.scope), cooldown]));
  const models = recentModels.length > 0 ? recentModels : cooldowns.flatMap(({ scope }) => modelOf(scope) ?? []);
  const longest = (models.length > 0 ? models : [""]).map((model) => longestOf(account, model, byKey));
  if (longest.includes(undefined)) return undefined;
  return longest.reduce((a, b) => (a && b && b.until < a.until ? b : a));
}

function longestOf(account: Account, model: string, byKey: ReadonlyMap<string, Cooldown>): Cooldown | undefined {
  return scopesOf(account, model)
    .flatMap((scope) => byKey.get(scopeKey(scope)) ?? [])
    .reduce<Cooldown | undefined>((a, b) => (a && a.until >= b.until ? a : b), undefined);
}

/** The model or group a scope is about; the name of a group counts as a model of that group. */
function modelOf(scope: Scope): string | undefined {
  if (scope.kind === "quota") return scope.group;
  return scope.kind === "backend-model" ? scope.model : undefined;
}

function cooldownReason({ reason, scope }: Cooldown): string {
  const model = modelOf(scope);
  return model === undefined ? reasonWords(reason) : `${reasonWords(reason)} (${model})`;
}

const parkedReason = ({ state, sentence }: Parked): string =>
  sentence.trim() === "" ? parkedWords(state) : `${parkedWords(state)}: ${sentence.trim()}`;
