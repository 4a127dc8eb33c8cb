import type { AccountId, BackendName, EpochMs } from "../account";

/** Failures of a backend in a row, whoever asked. `requestCount` is over how many requests, `lastRequestId` the latest of them. */
export interface Circuit {
  readonly backend: BackendName;
  readonly failureCount: number;
  readonly requestCount: number;
  readonly lastRequestId: string;
  /** Who failed, two at most: a server that fails for one of several accounts may be that account's. */
  readonly accountIds: readonly AccountId[];
  readonly updatedAt: EpochMs;
}
