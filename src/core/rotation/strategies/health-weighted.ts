import { type Criterion, drawn, narrowed } from "../criterion";

/** By lot, the fitter the likelier. */
export const healthWeighted: Criterion = (field, { random }) =>
  narrowed(
    field,
    drawn(field, (candidate) => candidate.health(), random),
    (winner) => ({ kind: "strategy", strategy: "health-weighted", healthFraction: winner.health() }),
  );
