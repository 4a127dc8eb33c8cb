/** The strategies a user can choose from; the first one is the default. */
export const STRATEGY_NAMES = ["expiring-first", "least-used", "sequential", "round-robin", "health-weighted"] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];
