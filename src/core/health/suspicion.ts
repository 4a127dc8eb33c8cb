import type { BackendName, EpochMs } from "../account";
import type { QuotaScope } from "../scope";

/** One undetailed refusal: no ErrorInfo, no QuotaFailure, no stated time. `cooldownKey` is what it made pause. */
export interface UndetailedRefusal {
  readonly quotaScope: QuotaScope;
  readonly cooldownKey: string;
  readonly at: EpochMs;
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
