import type { StrategyName } from "./strategies/name";

/** The user's taste in accounts. */
export interface Policy {
  /** Default `expiring-first`. */
  readonly strategy?: StrategyName;
  /** How much chance `least-used` leaves, default 0: none. */
  readonly tolerance?: number;
}
