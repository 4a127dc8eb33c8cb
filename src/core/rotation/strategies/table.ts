import type { Criterion } from "../criterion";
import { expiringFirst } from "./expiring-first";
import { healthWeighted } from "./health-weighted";
import { leastUsed } from "./least-used";
import type { StrategyName } from "./name";
import { roundRobin } from "./round-robin";
import { sequential } from "./sequential";

/** Each strategy by its name. */
export const STRATEGIES: Readonly<Record<StrategyName, Criterion>> = {
  "expiring-first": expiringFirst,
  "least-used": leastUsed,
  sequential,
  "round-robin": roundRobin,
  "health-weighted": healthWeighted,
};
