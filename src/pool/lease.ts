import type { Outcome } from "../core/outcome";
import type { AccountEntry } from "../ports/account-store";

/** One account in use by one request: in flight from the pick until the last byte of the answer. */
export interface Lease {
  readonly entry: AccountEntry;
  /** Why this account. */
  readonly because: string;
  readonly onBoundAccount: boolean;
  /** The conversation may hold thought signatures that another account made. */
  readonly foreignHistory: boolean;
  /** The first byte of a good answer is there: the conversation lives here from now on. `isForeign`: signatures had to be replaced in it. */
  answered(isForeign: boolean): void;
  /**
   * Teaches the pool what an attempt came to; the lease goes on, for another attempt on the same account.
   * `sent`: Google has seen the call, so it counts as a request.
   */
  learn(outcome: Outcome, sent: boolean): void;
  /** Ends the lease. The second and later calls do nothing. */
  release(): void;
}

interface LeaseParts {
  readonly entry: AccountEntry;
  readonly because: string;
  readonly onBoundAccount: boolean;
  readonly foreignHistory: boolean;
  readonly onAnswered: (isForeign: boolean) => void;
  readonly onLearn: (outcome: Outcome, sent: boolean) => void;
  readonly onRelease: () => void;
}

/** A lease that releases once. */
export function createLease({ onAnswered, onLearn, onRelease, ...what }: LeaseParts): Lease {
  let released = false;
  return {
    ...what,
    answered: onAnswered,
    learn: onLearn,
    release() {
      if (released) return;
      released = true;
      onRelease();
    },
  };
}
