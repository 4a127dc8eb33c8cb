import type { Policy } from "../core/rotation/policy";
import { STRATEGY_NAMES } from "../core/rotation/strategies/name";
import type { JsonObject } from "./json-object";

/** Reads `strategy` and `tolerance`; a bad value is named in `errors` and falls back alone. */
export function readPolicy(raw: JsonObject, file: string, errors: string[]): Policy {
  const { strategy, tolerance } = raw;
  const name = STRATEGY_NAMES.find((known) => known === strategy);
  const isCount = typeof tolerance === "number" && Number.isFinite(tolerance) && tolerance >= 0;
  if (strategy !== undefined && !name) errors.push(`${file}: strategy must be one of ${STRATEGY_NAMES.join(", ")}`);
  if (tolerance !== undefined && !isCount) errors.push(`${file}: tolerance must be a number, 0 or more`);
  return { ...(name ? { strategy: name } : {}), ...(isCount ? { tolerance } : {}) };
}
