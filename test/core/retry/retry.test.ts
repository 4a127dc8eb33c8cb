import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { capacityWaitMs, fullJitter } from "../../../src/core/retry/backoff";
import { deposit, newBudget, type RetryBudget, withdraw } from "../../../src/core/retry/budget";
import { createLoopGuard } from "../../../src/core/retry/loop";
import { NOW } from "../../support/builders";

describe("backoff", () => {
  test("jitter lies between nothing and the cap", () => {
    expect([fullJitter(500, 0), fullJitter(500, 0.5), fullJitter(500, 0.999)]).toEqual([0, 250, 499]);
  });

  test("a busy model is waited for three times", () => {
    expect([0, 1, 2, 3].map(capacityWaitMs)).toEqual([1_000, 2_000, 4_000, undefined]);
  });
});

describe("the retry budget", () => {
  const drain = (budget: RetryBudget, now: number) => {
    let left = budget;
    let count = 0;
    for (let next = withdraw(left, now); next; next = withdraw(left, now)) {
      left = next;
      count++;
    }
    return { left, count };
  };

  test("allows ten repeats at once, and ten more within ten seconds", () => {
    const { left, count } = drain(newBudget(NOW), NOW);
    expect(count).toBe(10);
    expect(drain(left, NOW + 5_000).count).toBe(5);
    expect(drain(left, NOW + 10_000).count).toBe(10);
  });

  test("grows by a fifth of a repeat per request", () => {
    let budget = newBudget(NOW);
    for (let i = 0; i < 10; i++) budget = deposit(budget, NOW);
    expect(drain(budget, NOW).count).toBe(12);
  });

  test("is never negative and never saves up without end", () => {
    const step = fc.tuple(fc.boolean(), fc.nat(20_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let budget = newBudget(NOW);
        let now = NOW;
        for (const [pay, ms] of steps) {
          now += ms;
          budget = pay ? deposit(budget, now) : (withdraw(budget, now) ?? budget);
          expect(budget.balance).toBeGreaterThanOrEqual(0);
          expect(budget.balance).toBeLessThanOrEqual(100);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe("the loop guard", () => {
  const ask = (times: number, gapMs: number, body = "same") => {
    const guard = createLoopGuard();
    return Array.from({ length: times }, (_, index) => guard.repeats("ses", body, NOW + index * gapMs));
  };

  test("stops the eleventh same call within twenty seconds", () => {
    expect(ask(12, 200).indexOf(true)).toBe(10);
  });

  test("lets slow repetition and other bodies pass", () => {
    expect(ask(40, 2_100)).not.toContain(true);
    const guard = createLoopGuard();
    const answers = Array.from({ length: 40 }, (_, index) => guard.repeats("ses", `body ${index}`, NOW + index));
    expect(answers).not.toContain(true);
  });
});
