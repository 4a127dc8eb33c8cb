import type { AccountId, BackendName, EpochMs } from "../account";
import type { QuotaScope } from "../scope";

/**
 * How one account was refused without any detail: no ErrorInfo, no QuotaFailure, no stated time. `since` and `at`: the first
 * and the last time. `cooldownKeys` is what that made pause, `parkedAt` when it made the account wait for a person.
 */
export interface UndetailedRefusal {
  readonly quotaScope: QuotaScope;
  readonly accountId: AccountId;
  readonly cooldownKeys: readonly string[];
  readonly since: EpochMs;
  readonly at: EpochMs;
  readonly parkedAt?: EpochMs;
}

/** Undetailed refusals of one model with no success between; three scopes within 10 s mean it is the backend's. */
export interface Suspicion {
  readonly backend: BackendName;
  readonly model: string;
  readonly refusals: readonly UndetailedRefusal[];
  readonly updatedAt: EpochMs;
}

/** The key of a suspicion. */
export const suspicionKey = (backend: BackendName, model: string): string => `${backend} ${model}`;
