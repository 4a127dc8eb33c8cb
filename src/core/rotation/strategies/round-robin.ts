import { type Criterion, just, narrowed } from "../criterion";

/** One after the other, in the order of the list, wherever the last one stood that was chosen. */
export const roundRobin: Criterion = (field, { lastPosition = -1 }) => {
  const next = field.find(({ position }) => position > lastPosition) ?? field[0];
  return narrowed(field, just(next, field), () => ({ kind: "strategy", strategy: "round-robin" }));
};
