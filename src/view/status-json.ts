import type { BackendName, CredentialKind, EpochMs } from "../core/account";
import type { Cooldown } from "../core/cooldown";
import type { QuotaWindow } from "../core/quota/record";
import type { Scope } from "../core/scope";
import type { AccountSnapshot, AccountState, PoolSnapshot } from "../core/snapshot";
import type { UsageCounts } from "../core/state";

/** The pool for programs: `status --json`. A contract: fields are added, never changed or dropped. Null is "not known". */
export interface StatusJson {
  readonly at: EpochMs;
  readonly pool: { readonly total: number; readonly usable: number; readonly nextAvailableAt: EpochMs | null };
  readonly accounts: readonly AccountJson[];
}

/** One account for programs. */
export interface AccountJson {
  readonly id: string;
  readonly label: string;
  readonly backend: BackendName;
  readonly credential: CredentialKind;
  readonly tier: string | null;
  readonly priority: number;
  readonly enabled: boolean;
  readonly quotaScope: string;
  readonly state: AccountState;
  readonly reason: string;
  readonly until: EpochMs | null;
  readonly url: string | null;
  readonly health: number;
  readonly inFlight: number;
  readonly lastUsedAt: EpochMs | null;
  /** `scope`: `account`, `model:<name or group>`, `backend`, or `backend-model:<name>` where the backend is busy with it. */
  readonly cooldowns: readonly { scope: string; reason: string; until: EpochMs; source: string }[];
  readonly quotas: readonly {
    group: string;
    remainingFraction: number;
    resetAt: EpochMs | null;
    observedAt: EpochMs;
    source: string;
  }[];
  readonly usage: { readonly today: UsageCounts; readonly total: UsageCounts };
}

/** The snapshot in the form that programs rely on. */
export function statusJson({ at, total, usable, nextAvailableAt, accounts }: PoolSnapshot): StatusJson {
  return { at, pool: { total, usable, nextAvailableAt: nextAvailableAt ?? null }, accounts: accounts.map(accountJson) };
}

function accountJson(account: AccountSnapshot): AccountJson {
  const { id, label, backend, credential, priority, enabled, quotaScope, state, reason, inFlight, usage } = account;
  return {
    id,
    label,
    backend,
    credential,
    tier: account.tier ?? null,
    priority,
    enabled,
    quotaScope,
    state,
    reason,
    until: account.until ?? null,
    url: account.url ?? null,
    health: Math.round(account.health * 1000) / 1000,
    inFlight,
    lastUsedAt: account.lastUsedAt ?? null,
    cooldowns: account.cooldowns.map(cooldownJson),
    quotas: account.quotas.map(quotaJson),
    usage: { today: counts(usage.today), total: counts(usage.total) },
  };
}

const cooldownJson = ({ scope, reason, until, source }: Cooldown) => ({
  scope: scopeName(scope),
  reason,
  until,
  source,
});

const quotaJson = ({ group, remainingFraction, resetAt, observedAt, source }: QuotaWindow) => ({
  group,
  remainingFraction,
  resetAt: resetAt ?? null,
  observedAt,
  source,
});

/** Only the named fields: whatever a counter carries besides them stays inside. */
const counts = ({ requests, ok, failed, inputTokens, outputTokens, cachedTokens, thoughtTokens }: UsageCounts) => ({
  requests,
  ok,
  failed,
  inputTokens,
  outputTokens,
  cachedTokens,
  thoughtTokens,
});

function scopeName(scope: Scope): string {
  switch (scope.kind) {
    case "account":
    case "backend":
      return scope.kind;
    case "quota":
      return `model:${scope.group}`;
    case "backend-model":
      return `backend-model:${scope.model}`;
  }
}
