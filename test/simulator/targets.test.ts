import { expect, test } from "bun:test";
import { STRATEGY_NAMES } from "../../src/core/rotation/strategies/name";
import { BUILT_IN_PLANS } from "../../src/simulator/run/plans";
import { simulate } from "../../src/simulator/run/simulate";
import { createMemoryState } from "../../src/storage/memory-state";
import { settled } from "../support/fake-clock";

/**
 * What the pool promises where more is asked than there is: nearly everything that the quotas allow is answered, nobody is
 * refused for more than a second while an account has quota, and no limit is run into twice within one of its windows. Calls
 * that were on their way when the first refusal came back cannot be called back: where nobody knows a limit yet they count once.
 */
const USEFUL_FRACTION = 0.98;
const REAL_LIMIT_MS = 120_000;

for (const name of ["minutes", "days"]) {
  for (const count of [3, 10, 50]) {
    test(
      `more is asked than can be served: ${name}, ${count} accounts`,
      async () => {
        const plan = BUILT_IN_PLANS.find((each) => each.name === name);
        if (!plan) throw new Error(`no plan ${name}`);
        const parts = { createState: createMemoryState, settled };
        const { oracle, strategies, allowedCount } = await simulate(plan.of(count), ["expiring-first"], parts);
        const [found] = strategies;
        if (!found || allowedCount === null) throw new Error("nothing to compare");
        // The plan is one that a client which knows everything could serve to the last request.
        expect(oracle.servedCount / allowedCount).toBeGreaterThanOrEqual(0.999);
        // In a burst of fifty callers one may slip in while the refusals of the others are still arriving.
        const slips = Math.floor(found.callCount / 10_000);
        expect({
          useful: found.usefulFraction >= USEFUL_FRACTION,
          errorsWithQuotaLeft: found.needlessCount,
          refusedThoughTold: Math.max(0, found.repeatedCallCount - slips),
        }).toEqual({ useful: true, errorsWithQuotaLeft: 0, refusedThoughTold: 0 });
      },
      REAL_LIMIT_MS,
    );
  }
}

test(
  "expiring-first leaves less quota unused than every other strategy where resets are staggered",
  async () => {
    const plan = BUILT_IN_PLANS.find((each) => each.name === "staggered");
    if (!plan) throw new Error("no plan staggered");
    const parts = { createState: createMemoryState, settled };
    const { strategies } = await simulate(plan.of(plan.accountCount), STRATEGY_NAMES, parts);
    const [mine, ...others] = strategies.map(({ strategy, unusedCount }) => ({ strategy, unusedCount }));
    expect(mine?.strategy).toBe("expiring-first");
    for (const other of others) expect(other.unusedCount).toBeGreaterThan(mine?.unusedCount ?? 0);
  },
  REAL_LIMIT_MS,
);

/**
 * As many callers as a client that knows everything needs to spend the quotas to the last request: a limit is run into once
 * in each of its windows at most, the unknown first one included. In a crowd a few calls may already be on their way to it.
 */
const ENOUGH = [
  { name: "minutes", count: 3, callers: 4 },
  { name: "minutes", count: 10, callers: 13 },
  { name: "minutes", count: 50, callers: 62 },
  { name: "days", count: 3, callers: 2 },
  { name: "days", count: 10, callers: 3 },
  { name: "days", count: 50, callers: 4 },
];

test.each(ENOUGH)(
  "no window is refused twice: $name, $count accounts, $callers callers",
  async ({ name, count, callers }) => {
    const built = BUILT_IN_PLANS.find((each) => each.name === name)?.of(count);
    if (!built) throw new Error(`no plan ${name}`);
    // Fifty accounts take ten seconds each time.
    for (const seed of count < 50 ? [1, 2] : [1]) {
      const plan = { ...built, seed, workload: { ...built.workload, callers } };
      const parts = { createState: createMemoryState, settled };
      const { oracle, strategies, allowedCount } = await simulate(plan, ["expiring-first"], parts);
      const [found] = strategies;
      if (!found || allowedCount === null) throw new Error("nothing to compare");
      expect(oracle.servedCount / allowedCount).toBeGreaterThanOrEqual(0.999);
      expect(found.usefulFraction).toBeGreaterThanOrEqual(USEFUL_FRACTION);
      expect([found.needlessCount, found.worstWindowCount]).toEqual([0, 1]);
    }
  },
  REAL_LIMIT_MS,
);
