import { describe, expect, test } from "bun:test";
import { accountsOf } from "../../../src/simulator/run/accounts";
import { allowedByScope } from "../../../src/simulator/run/allowed";
import { jain } from "../../../src/simulator/run/figures";
import { Ledger } from "../../../src/simulator/run/ledger";
import type { Plan, PlannedAccount } from "../../../src/simulator/run/plan";

const NOON = Date.parse("2026-11-20T20:00:00Z");
const HOUR = 3_600_000;

describe("fairness", () => {
  test.each([
    [[1, 1, 1], 1],
    [[0.5, 0.5], 1],
    [[1, 0, 0, 0], 0.25],
    [[], 1],
    [[0, 0], 1],
  ])("of %j is %d", (shares, index) => {
    expect(jain(shares)).toBeCloseTo(index, 10);
  });
});

describe("what quotas allow", () => {
  const allowed = (account: Omit<PlannedAccount, "label">, hours: number, workload: Plan["workload"] = {}) => {
    const plan: Plan = { name: "x", durationSeconds: hours * 3600, accounts: [{ label: "a", ...account }], workload };
    const span = { startsAt: NOON, endsAt: NOON + hours * HOUR };
    return [...allowedByScope(plan, accountsOf(plan, NOON), span).values()];
  };

  test.each<[string, Omit<PlannedAccount, "label">, number, number]>([
    ["nothing limits", {}, 1, Number.POSITIVE_INFINITY],
    ["a minute, sixty times", { quotas: [{ rpm: 10 }] }, 1, 600],
    ["the tighter of minute and day", { quotas: [{ rpm: 10, rpd: 50 }] }, 1, 50],
    ["a day of a key ends at midnight in California, 12 h away", { quotas: [{ rpd: 50 }] }, 13, 100],
    ["what was used before is gone", { quotas: [{ rpd: 50, usedToday: 20 }] }, 13, 80],
    ["a day of a seat is 24 h", { backend: "code-assist", quotas: [{ rpd: 50 }] }, 13, 50],
    ["unless it ends earlier", { backend: "code-assist", quotas: [{ rpd: 50, dayEndsInSeconds: 3600 }] }, 13, 100],
    ["five hours and a week", { backend: "code-assist", quotas: [{ rp5h: 50, rpw: 120 }] }, 13, 120],
    ["tokens, at a thousand each", { quotas: [{ tpm: 5500 }] }, 1, 300],
  ])("%s", (_, account, hours, expected) => {
    expect(allowed(account, hours)).toEqual([expected]);
  });

  test("each model that is asked for has its own; a group has one", () => {
    const models = ["gemini-2.5-pro", "gemini-3-pro-preview"];
    expect(allowed({ quotas: [{ rpd: 5 }] }, 1, { models })).toEqual([10]);
    expect(allowed({ backend: "code-assist", quotas: [{ rpd: 5 }] }, 1, { models })).toEqual([5]);
  });

  test("accounts of one project count once", () => {
    expect(allowed({ count: 3, project: "p", quotas: [{ rpd: 5 }] }, 1)).toEqual([5]);
  });
});

describe("refusals per window", () => {
  const refused = (...calls: readonly (readonly [at: number, key: string, isMinute: boolean])[]) => {
    const ledger = new Ledger();
    for (const [at, windowKey, isMinute] of calls) ledger.limited({ windowKey, isMinute, at, toldAt: at + 50 });
    return [ledger.limitedCallCount, ledger.worstWindowCount, ledger.wastedCallCount];
  };

  test("a call that was on its way when the first one came back is told from one that was sent afterwards", () => {
    const ledger = new Ledger();
    for (const at of [0, 10, 49, 50, 60]) ledger.limited({ windowKey: "k", isMinute: false, at, toldAt: at + 50 });
    expect([ledger.wastedCallCount, ledger.repeatedCallCount]).toEqual([4, 2]);
  });

  test("a minute slides: two refusals 60 s apart are in two", () => {
    expect(refused([0, "a", true], [60_000, "a", true])).toEqual([2, 1, 0]);
    expect(refused([0, "a", true], [59_999, "a", true])).toEqual([2, 2, 1]);
  });

  test("other limits and other days are other windows", () => {
    expect(refused([0, "a day 1", false], [1, "b day 1", false], [9e7, "a day 2", false])).toEqual([3, 1, 0]);
    expect(refused([0, "a day 1", false], [8e7, "a day 1", false])).toEqual([2, 2, 1]);
  });
});
