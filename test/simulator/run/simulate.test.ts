import { describe, expect, test } from "bun:test";
import { STRATEGY_NAMES } from "../../../src/core/rotation/strategies/name";
import type { Plan } from "../../../src/simulator/run/plan";
import { BUILT_IN_PLANS } from "../../../src/simulator/run/plans";
import { simulate } from "../../../src/simulator/run/simulate";
import { createMemoryState } from "../../../src/storage/memory-state";
import { settled } from "../../support/fake-clock";

const parts = { createState: createMemoryState, settled };
const play = (plan: Plan, ...strategies: Parameters<typeof simulate>[1]) => simulate(plan, strategies, parts);

/** One who asks once a minute for ten minutes; every answer takes two seconds. */
const PLAN: Plan = {
  name: "one",
  durationSeconds: 600,
  accounts: [{ label: "a" }],
  workload: { callers: 1, turns: 1000, thinkSeconds: 58, firstOutputSeconds: 1, answerSeconds: 1 },
  networkMs: 0,
};

test("the same plan and seed give the same figures, another seed gives others", async () => {
  const plan = BUILT_IN_PLANS.find(({ name }) => name === "outage")?.of(4);
  if (!plan) throw new Error("no such plan");
  const [first, again, other] = [
    await play(plan, ...STRATEGY_NAMES),
    await play(plan, ...STRATEGY_NAMES),
    await play({ ...plan, seed: 2 }, ...STRATEGY_NAMES),
  ];
  expect(again).toEqual(first);
  expect(other.oracle).not.toEqual(first.oracle);
}, 60_000);

describe("what is counted", () => {
  test("enough quota: everybody is answered at once by everyone", async () => {
    const { oracle, strategies, allowedCount } = await play(PLAN, "expiring-first", "sequential");
    for (const figures of [oracle, ...strategies]) {
      expect(figures).toMatchObject({
        turnCount: 10,
        servedCount: 10,
        usefulFraction: 1,
        refusedCount: 0,
        limitedCallCount: 0,
        waitedMs: 0,
        conversationCount: 1,
        switchesPerConversation: 0,
        fairness: 1,
      });
    }
    expect(allowedCount).toBeNull();
  });

  test("five a day, of ten questions: five answers, and the sixth question waits to the end", async () => {
    const plan = { ...PLAN, accounts: [{ label: "a", quotas: [{ rpd: 5 }] }] };
    const { oracle, strategies, allowedCount } = await play(plan, "expiring-first");
    expect(allowedCount).toBe(5);
    expect(oracle).toMatchObject({ turnCount: 6, servedCount: 5, callCount: 5, limitedCallCount: 0 });
    expect(strategies[0]).toMatchObject({ turnCount: 6, servedCount: 5, usefulFraction: 1, needlessCount: 0 });
    expect(oracle.longestWaitMs).toBe(299_000);
  });

  test("a client that knows everything waits exactly until there is room", async () => {
    const workload = { ...PLAN.workload, thinkSeconds: 10, turns: 3 };
    const { oracle } = await play({ ...PLAN, accounts: [{ label: "a", quotas: [{ rpm: 2 }] }], workload });
    // Asked at 0, 12 and 24 s: the third has room at 60 s.
    expect(oracle.longestWaitMs).toBe(36_000);
    expect(oracle.limitedCallCount).toBe(0);
  });

  test("quota that is left when its window ends is lost", async () => {
    const quotas = [{ rpd: 8, usedToday: 1, dayEndsInSeconds: 300 }];
    const seat = { label: "a", backend: "code-assist" as const, quotas };
    const { oracle, allowedCount } = await play({ ...PLAN, accounts: [seat] });
    // Five of the first window are spent by 300 s, so two are lost; the next has not ended by 600 s.
    expect(oracle).toMatchObject({ servedCount: 10, resetCount: 1, unusedCount: 2, unusedFraction: 0.25 });
    expect(allowedCount).toBe(7 + 8);
  });

  test("calls into an outage are counted apart, and the pool comes back after it", async () => {
    const outages = [{ fromSeconds: 100, toSeconds: 160, answer: "busy" as const }];
    const { oracle, strategies } = await play({ ...PLAN, outages }, "expiring-first");
    expect(oracle).toMatchObject({ failedCallCount: 0, longestWaitMs: 40_000 });
    expect(strategies[0]?.failedCallCount).toBeGreaterThan(0);
    expect(strategies[0]?.needlessCount).toBe(0);
    expect(strategies[0]?.servedCount).toBeGreaterThanOrEqual(8);
  });
});

describe("callers do as opencode does", () => {
  const never = { label: "a", quotas: [{ rpd: 0 }] };

  test("who is told that waiting is pointless stops", async () => {
    const { strategies } = await play({ ...PLAN, accounts: [never] }, "expiring-first");
    expect(strategies[0]).toMatchObject({ servedCount: 0, needlessCount: 0, gaveUpCount: 0 });
    expect(strategies[0]?.stoppedCount).toBeGreaterThan(0);
    expect(strategies[0]?.turnCount).toBeLessThanOrEqual(10);
  });

  test("a question is repeated five times, then given up, and the next one is asked", async () => {
    const outages = [{ fromSeconds: 0, toSeconds: 600, answer: "server-error" as const }];
    const { strategies } = await play({ ...PLAN, outages }, "expiring-first");
    const [{ gaveUpCount = 0, refusedCount = 0, turnCount = 0 } = {}] = strategies;
    expect(gaveUpCount).toBeGreaterThan(0);
    expect(turnCount).toBeGreaterThan(1);
    expect(refusedCount).toBeLessThanOrEqual(6 * turnCount);
  });

  test("bursts begin together and again, subagents under their parent", async () => {
    const workload: Plan["workload"] = {
      bursts: [{ atSeconds: 10, conversations: 3, everySeconds: 100 }],
      turns: 1,
      subagents: { fraction: 1, conversations: 2, turns: 1 },
    };
    const { oracle } = await play({ ...PLAN, workload });
    // Six bursts of three, and two subagents for each of their single answers.
    expect(oracle).toMatchObject({ conversationCount: 6 * 3 * 3, servedCount: 6 * 3 * 3 });
  });
});

test("two keys of one project have one quota, also where the pool is not told", async () => {
  const accounts = [
    { label: "a", project: "p", scopeKnown: false, quotas: [{ rpd: 4 }] },
    { label: "b", project: "p", scopeKnown: false },
  ];
  const { oracle, strategies, allowedCount } = await play({ ...PLAN, accounts }, "expiring-first");
  expect([allowedCount, oracle.servedCount, strategies[0]?.servedCount]).toEqual([4, 4, 4]);
});

test("an error inside the pool ends the simulation with it", async () => {
  const createState = () => ({
    ...createMemoryState(),
    apply: () => {
      throw new Error("the state is broken");
    },
  });
  await expect(simulate(PLAN, ["expiring-first"], { createState, settled })).rejects.toThrow("the state is broken");
});

test("expiring-first leaves less quota unused than any other strategy where less is asked than there is", async () => {
  const plan = BUILT_IN_PLANS.find(({ name }) => name === "staggered")?.of(6);
  if (!plan) throw new Error("no such plan");
  const { strategies } = await play(plan, ...STRATEGY_NAMES);
  const [first, ...others] = strategies.map(({ unusedCount }) => unusedCount);
  expect(first).toBeLessThan(Math.min(...others));
}, 60_000);
