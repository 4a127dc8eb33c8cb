import type { BackendName, EpochMs } from "../account";

/** Failures of a backend in a row, whoever asked. `requestCount` is over how many requests, `lastRequestId` the latest of them. */
export interface Circuit {
  readonly backend: BackendName;
  readonly failureCount: number;
  readonly requestCount: number;
  readonly lastRequestId: string;
  readonly updatedAt: EpochMs;
}
