import type { AccountId, EpochMs } from "./account";
import type { Cooldown } from "./cooldown";
import type { ParkedState, TokenUsage } from "./outcome";

/** opencode's session id. */
export type SessionId = string;

/** An account that waits for a person. `url` is where to go, where Google named one. */
export interface Parked {
  readonly accountId: AccountId;
  readonly state: ParkedState;
  readonly sentence: string;
  readonly since: EpochMs;
  readonly url?: string;
  /** Tells whether the credential has been changed since. */
  readonly credentialMark?: string;
}

/**
 * Which account a conversation lives on with one model: the cache and the quota are per model, and a title asked of a small
 * one must not move it. `isMixed`: its history holds thought signatures that this account did not make.
 */
export interface Binding {
  readonly sessionId: SessionId;
  readonly model: string;
  readonly accountId: AccountId;
  readonly parentSessionId?: SessionId;
  readonly boundAt: EpochMs;
  readonly lastAnswerAt: EpochMs;
  readonly isMixed: boolean;
}

/** The key of a binding. */
export const bindingKey = (sessionId: SessionId, model: string): string => `${sessionId} ${model}`;

/** Calls and tokens of one account, model and hour. */
export interface UsageCounts extends TokenUsage {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
}

/** One addition to the counters. `hourAt` is the start of a UTC hour. */
export interface UsageEntry extends UsageCounts {
  readonly accountId: AccountId;
  readonly model: string;
  readonly hourAt: EpochMs;
}

/** A limit as a probe or a refusal showed it. 0 ≤ remainingFraction ≤ 1. */
export interface QuotaWindow {
  readonly accountId: AccountId;
  readonly group: string;
  readonly remainingFraction: number;
  readonly resetAt?: EpochMs;
  readonly observedAt: EpochMs;
  readonly source: "probe" | "refusal";
}

/** How an account has done. `successFraction` 0..1 is a moving average that fades to 1. */
export interface Health {
  readonly accountId: AccountId;
  readonly successFraction: number;
  readonly deniedCount: number;
  readonly lastUsedAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Everything the pool has learnt, as one process sees it now. Owned by the StateStore; readers never write. */
export interface PoolState {
  /** By `scopeKey`. Ended cooldowns stay until a success, because they carry the step of the escalation. */
  readonly cooldowns: ReadonlyMap<string, Cooldown>;
  readonly parked: ReadonlyMap<AccountId, Parked>;
  /** By `bindingKey`. */
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly health: ReadonlyMap<AccountId, Health>;
  /** By `${accountId}:${group}`. */
  readonly quotas: ReadonlyMap<string, QuotaWindow>;
}

/** One named change of the state: what is written, merged with other processes, and replayed. */
export type StateChange =
  | { readonly type: "cooldown.set"; readonly cooldown: Cooldown }
  | { readonly type: "cooldown.lifted"; readonly key: string; readonly at: EpochMs }
  | { readonly type: "account.parked"; readonly parked: Parked }
  | { readonly type: "account.unparked"; readonly accountId: AccountId; readonly at: EpochMs }
  | { readonly type: "binding.set"; readonly binding: Binding }
  | { readonly type: "health.set"; readonly health: Health }
  | { readonly type: "quota.set"; readonly quota: QuotaWindow }
  | { readonly type: "usage.added"; readonly usage: UsageEntry };

/** A state nobody has taught anything. */
export const emptyState = (): PoolState => ({
  cooldowns: new Map(),
  parked: new Map(),
  bindings: new Map(),
  health: new Map(),
  quotas: new Map(),
});

/** The key of a quota window. */
export const quotaKey = (accountId: AccountId, group: string): string => `${accountId}:${group}`;
