import { expect, test } from "bun:test";
import { nextStep, stepMs } from "../../../src/core/health/escalate";
import { aCooldown, NOW } from "../../support/builders";

test("refusals without a stated time pause 10, 30, 60, then 120 s for good", () => {
  expect([1, 2, 3, 4, 5, 99].map(stepMs)).toEqual([10_000, 30_000, 60_000, 120_000, 120_000, 120_000]);
});

test("parallel refusals take one step together, the next after the pause takes another", () => {
  const first = aCooldown({ step: 1, until: NOW + 10_000 });
  expect(nextStep(undefined, NOW)).toBe(1);
  expect(nextStep(first, NOW + 5)).toBe(1);
  expect(nextStep(first, NOW + 10_000)).toBe(2);
});
