import type { EpochMs } from "../account";

/** What is left for one account and model, as a choice looks at it. */
export interface QuotaStanding {
  /** 0..1 of the scarcest long window; 1 while nothing is known. */
  readonly remainingFraction: number;
  readonly isKnown: boolean;
  /** When the scarcest long window resets; undefined while unknown or not begun. */
  readonly resetAt: EpochMs | undefined;
  /** Requests counted in the current long window. */
  readonly usedCount: number;
  /** A minute's limit is reached by our own count until then. */
  readonly fullUntil: EpochMs | undefined;
  /** A long window is used up by our own count, though Google has not said so: asked last, one call at a time. */
  readonly isSpent: boolean;
  /** The token limit that this request alone exceeds. */
  readonly tooLargeFor: number | undefined;
}
