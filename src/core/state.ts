import type { AccountId, BackendName, DurationMs, EpochMs } from "./account";
import type { Cooldown } from "./cooldown";
import type { Circuit } from "./health/circuit";
import type { Suspicion } from "./health/suspicion";
import type { Identity, Link } from "./identity";
import type { ParkedState, TokenUsage } from "./outcome";
import type { Presence } from "./presence";
import type { QuotaRecord } from "./quota/record";
import type { SessionId } from "./session";
import type { MintedSignatures } from "./signature";

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
  /** So many of its last answers there broke off, one after another. */
  readonly brokenCount?: number;
}

/** The key of a binding. */
export const bindingKey = (sessionId: SessionId, model: string): string => `${sessionId} ${model}`;

/** Where a conversation lives with one model. */
export const bindingOf = (
  { bindings }: Pick<PoolState, "bindings">,
  sessionId: SessionId | undefined,
  model: string,
): Binding | undefined => (sessionId === undefined ? undefined : bindings.get(bindingKey(sessionId, model)));

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

/**
 * How an account has done. `successFraction` 0..1 is a moving average that fades to 1; `latencyMs`, one of the time to the
 * first output, is absent until it was measured.
 */
export interface Health {
  readonly accountId: AccountId;
  readonly successFraction: number;
  readonly latencyMs?: DurationMs;
  readonly deniedCount: number;
  /** Why its login gave no token last time, where neither the network nor Google's servers were at fault; absent once one was had. */
  readonly loginFault?: string;
  /** Of the credential that had that fault (`pool/unpark`): another one has none yet. */
  readonly loginMark?: string;
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
  /** By `recordKey`. */
  readonly quotas: ReadonlyMap<string, QuotaRecord>;
  readonly circuits: ReadonlyMap<BackendName, Circuit>;
  /** By `suspicionKey`. */
  readonly suspicions: ReadonlyMap<string, Suspicion>;
  readonly identities: ReadonlyMap<AccountId, Identity>;
  /** By `linkKey`. */
  readonly links: ReadonlyMap<string, Link>;
  readonly signatures: ReadonlyMap<SessionId, MintedSignatures>;
  /** What other processes have out. Another list as soon as one of them said something new. */
  readonly presences: readonly Presence[];
}

/** One named change of the state: what is written, merged with other processes, and replayed. */
export type StateChange =
  | { readonly type: "cooldown.set"; readonly cooldown: Cooldown }
  | { readonly type: "cooldown.lifted"; readonly key: string; readonly at: EpochMs }
  | { readonly type: "account.parked"; readonly parked: Parked }
  | { readonly type: "account.unparked"; readonly accountId: AccountId; readonly at: EpochMs }
  | { readonly type: "binding.set"; readonly binding: Binding }
  | { readonly type: "health.set"; readonly health: Health }
  /** What is given is joined with what is known; nothing that is known is lost. */
  | { readonly type: "quota.learnt"; readonly record: QuotaRecord }
  | { readonly type: "circuit.set"; readonly circuit: Circuit }
  | { readonly type: "suspicion.set"; readonly suspicion: Suspicion }
  | { readonly type: "identity.learnt"; readonly identity: Identity }
  | { readonly type: "identity.forgotten"; readonly accountId: AccountId; readonly at: EpochMs }
  | { readonly type: "link.set"; readonly link: Link }
  | { readonly type: "link.dissolved"; readonly key: string; readonly at: EpochMs }
  | { readonly type: "signatures.minted"; readonly minted: MintedSignatures }
  /** So many calls of this process are out on an account now. `processId` is the same as long as the process lives. */
  | {
      readonly type: "in-flight.set";
      readonly processId: string;
      readonly accountId: AccountId;
      readonly count: number;
    }
  | { readonly type: "usage.added"; readonly usage: UsageEntry };

/** A state nobody has taught anything. */
export const emptyState = (): PoolState => ({
  cooldowns: new Map(),
  parked: new Map(),
  bindings: new Map(),
  health: new Map(),
  quotas: new Map(),
  circuits: new Map(),
  suspicions: new Map(),
  identities: new Map(),
  links: new Map(),
  signatures: new Map(),
  presences: [],
});
