import type { EpochMs } from "../account";

/** What a strategy went by. `isDrawn`: by lot, in favour of little use. */
export type StrategyBecause =
  /** Without `resetAt`: it has quota left and others have not. */
  | { readonly strategy: "expiring-first"; readonly resetAt: EpochMs | undefined }
  | { readonly strategy: "least-used"; readonly usedCount: number; readonly isDrawn: boolean }
  | { readonly strategy: "sequential" }
  | { readonly strategy: "round-robin" }
  | { readonly strategy: "health-weighted"; readonly healthFraction: number };

/** Why an account was chosen: the first thing that told it from somebody else who could answer. */
export type Because =
  /** The conversation lives here. */
  | { readonly kind: "bound" }
  | { readonly kind: "only" }
  /** The conversation's last answers broke off on its account. */
  | { readonly kind: "other-than-broken" }
  /** All others are used up by our own count. */
  | { readonly kind: "unspent" }
  | { readonly kind: "priority"; readonly priority: number }
  | { readonly kind: "other-than-parent" }
  | { readonly kind: "least-busy"; readonly inFlightCount: number }
  /** Little is left anywhere: drawn by lot, in favour of what is left and of health. */
  | { readonly kind: "low-quota"; readonly remainingFraction: number }
  | ({ readonly kind: "strategy" } & StrategyBecause)
  | { readonly kind: "fewest-sessions"; readonly count: number }
  | { readonly kind: "least-recent"; readonly lastUsedAt: EpochMs }
  /** Nothing told it from others: the first in the list. */
  | { readonly kind: "first" }
  /** Used up by our own count, as everybody is: Google may still see it differently. */
  | { readonly kind: "last-resort" };
