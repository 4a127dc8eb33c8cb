import { describe, expect, test } from "bun:test";
import { healthFraction, medianLatencyMs } from "../../../src/core/health/fraction";
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

  test("weighs speed with 0.15: the pool's median or faster is full, twice as slow is half", () => {
    const slow = { ...unknown, health: aHealth({ latencyMs: 2_000 }), medianLatencyMs: 1_000 };
    expect(healthFraction(slow)).toBeCloseTo(0.925, 10);
    expect(healthFraction({ ...slow, medianLatencyMs: 3_000 })).toBeCloseTo(1, 10);
    expect(healthFraction({ ...slow, medianLatencyMs: undefined })).toBeCloseTo(1, 10);
    expect(healthFraction({ ...slow, health: aHealth() })).toBeCloseTo(1, 10);
    expect(healthFraction({ ...slow, health: aHealth({ latencyMs: 0 }), medianLatencyMs: 0 })).toBeCloseTo(1, 10);
  });

  test("loses 0.15 while any cooldown runs", () => {
    expect(healthFraction({ ...unknown, cooling: true })).toBeCloseTo(0.85, 10);
  });
});

test("the pool's median is the middle of what was measured", () => {
  const of = (...latencies: (number | undefined)[]) =>
    medianLatencyMs({
      health: new Map(
        latencies.map((latencyMs, index) => [`a${index}`, aHealth(latencyMs === undefined ? {} : { latencyMs })]),
      ),
    });
  expect(of()).toBeUndefined();
  expect(of(undefined)).toBeUndefined();
  expect(of(900, undefined, 100, 500)).toBe(500);
  expect(of(900, 100, 500, 300)).toBe(400);
});
