import { describe, expect, test } from "bun:test";
import { healthFraction } from "../../../src/core/health/fraction";
import { aHealth, aQuota, NOW } from "../../support/builders";

const unknown = { health: undefined, quotas: [], cooling: false, now: NOW };

describe("the health of an account", () => {
  test("is 1 while nothing is known", () => {
    expect(healthFraction(unknown)).toBe(1);
  });

  test("weighs success with 0.40, and forgets half of it in 10 minutes", () => {
    const health = aHealth({ successFraction: 0 });
    expect(healthFraction({ ...unknown, health })).toBeCloseTo(0.6, 10);
    expect(healthFraction({ ...unknown, health, now: NOW + 600_000 })).toBeCloseTo(0.8, 10);
    expect(healthFraction({ ...unknown, health, now: NOW - 5_000 })).toBeCloseTo(0.6, 10);
  });

  test("weighs remaining quota with 0.30 as the mean of the windows; one that has reset is full", () => {
    const quotas = [aQuota({ remainingFraction: 0 }), aQuota({ remainingFraction: 1 })];
    expect(healthFraction({ ...unknown, quotas })).toBeCloseTo(0.85, 10);
    expect(healthFraction({ ...unknown, quotas: [aQuota({ remainingFraction: 0, resetAt: NOW })] })).toBeCloseTo(1, 10);
  });

  test("loses 0.15 while any cooldown runs", () => {
    expect(healthFraction({ ...unknown, cooling: true })).toBeCloseTo(0.85, 10);
  });
});
