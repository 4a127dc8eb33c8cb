import type { Account, EpochMs } from "../account";
import type { Outcome } from "../outcome";

/** One settled attempt: who was asked for what and when, on behalf of which request. */
export interface Settlement {
  /** As the pool sees it: with the project that Google named, where it is known. */
  readonly account: Account;
  readonly model: string;
  readonly outcome: Outcome;
  /** When this attempt began; an earlier one of the same request has its own time. */
  readonly startedAt: EpochMs;
  readonly requestId: string;
  /** It was the account's login that failed: the model's backend has not been asked. */
  readonly unsent?: boolean;
  /** Calls of this process that are out on the account, this one included. Absent: this one alone. */
  readonly inFlightCount?: number;
  /** Everybody in the pool, with the projects that Google named. Asked for only where others are concerned. */
  readonly accounts: () => readonly Account[];
}

/** An attempt whose answer has begun and is a good one, though it has not ended yet. */
export type Answering = Omit<Settlement, "outcome">;
