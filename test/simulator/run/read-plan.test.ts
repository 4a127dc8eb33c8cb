import { describe, expect, test } from "bun:test";
import { BUILT_IN_PLANS } from "../../../src/simulator/run/plans";
import { readPlan } from "../../../src/simulator/run/read-plan";

const KEY = { label: "a", quotas: [{ rpm: 10 }] };
const GOOD = { name: "mine", durationSeconds: 60, accounts: [KEY], workload: { callers: 2 } };
const problemsOf = (value: unknown): readonly string[] => {
  const result = readPlan(value);
  return result.kind === "wrong" ? result.problems : [];
};

describe("a plan that cannot be used says where and why", () => {
  test.each([
    ["no object", 3, "the plan: expected an object, found 3"],
    ["a field missing", { ...GOOD, durationSeconds: undefined }, "durationSeconds: expected a number"],
    ["a field nobody knows", { ...GOOD, workloads: {} }, "workloads: there is no such field; there are name,"],
    [
      "a text for a number",
      { ...GOOD, durationSeconds: "60" },
      'durationSeconds: expected a number from 1 to 315360000, found "60"',
    ],
    [
      "a number too small",
      { ...GOOD, accounts: [{ ...KEY, quotas: [{ rpm: -1 }] }] },
      "accounts[0].quotas[0].rpm: expected a number from 0",
    ],
    [
      "half a request",
      { ...GOOD, accounts: [{ ...KEY, quotas: [{ rpd: 1.5 }] }] },
      "accounts[0].quotas[0].rpd: expected a whole number, found 1.5",
    ],
    ["no list", { ...GOOD, accounts: KEY }, "accounts: expected a list, found an object"],
    [
      "a word nobody knows",
      { ...GOOD, accounts: [{ ...KEY, backend: "vertex" }] },
      "accounts[0].backend: expected gemini-api or code-assist",
    ],
    ["nobody to answer", { ...GOOD, accounts: [] }, "accounts: at least one is needed"],
    ["nobody who asks", { ...GOOD, workload: {} }, "workload: nobody asks; set callers or bursts"],
    ["no models", { ...GOOD, workload: { callers: 1, models: [] } }, "workload.models: at least one is needed"],
    [
      "a spread upside down",
      { ...GOOD, workload: { callers: 1, thinkSeconds: { from: 5, to: 1 } } },
      "workload.thinkSeconds.to: it must not be less than from",
    ],
    [
      "a spread with one end",
      { ...GOOD, workload: { callers: 1, turns: { from: 5 } } },
      "workload.turns.to: expected a number",
    ],
    [
      "the same label twice",
      { ...GOOD, accounts: [KEY, { label: "a" }] },
      "accounts[1].label: accounts[0] has the same",
    ],
    [
      "the same label by counting",
      { ...GOOD, accounts: [{ label: "a", count: 3 }, { label: "a-2" }] },
      "accounts[1].label: accounts[0] has the same",
    ],
    [
      "quotas of one project twice",
      {
        ...GOOD,
        accounts: [
          { ...KEY, project: "p" },
          { ...KEY, label: "b", project: "p" },
        ],
      },
      "accounts[1].quotas: accounts[0] of the same project has them",
    ],
    [
      "a window that keys do not have",
      { ...GOOD, accounts: [{ label: "a", quotas: [{ rp5h: 3 }] }] },
      "accounts[0].quotas[0].rp5h: only people have it",
    ],
    [
      "a seat with a project",
      { ...GOOD, accounts: [{ label: "a", backend: "code-assist", project: "p" }] },
      "accounts[0].project: a seat has a user",
    ],
    [
      "an outage that ends before it begins",
      { ...GOOD, outages: [{ fromSeconds: 9, toSeconds: 9, answer: "busy" }] },
      "outages[0].toSeconds: it must end after",
    ],
    [
      "an outage of nobody",
      { ...GOOD, outages: [{ fromSeconds: 0, toSeconds: 9, answer: "busy", account: "b" }] },
      'outages[0].account: no account is called "b"',
    ],
    ["no time", { ...GOOD, startsAt: "noon" }, "startsAt: expected a time"],
  ])("%s", (_, value, expected) => {
    expect(problemsOf(value).join("\n")).toStartWith(expected);
  });

  test("all problems of the shape at once", () => {
    expect(problemsOf({ ...GOOD, name: "", seed: "x", accounts: [{ label: 1 }] })).toHaveLength(3);
  });
});

test("a good plan comes back as it was given", () => {
  const plan = {
    ...GOOD,
    seed: 7,
    accounts: [
      KEY,
      { label: "s", backend: "code-assist", user: "me", count: 2, quotas: [{ rpd: 5, dayEndsInSeconds: 60 }] },
    ],
    workload: { callers: 1, turns: { from: 1, to: 3 }, subagents: { fraction: 0.5, conversations: 2, turns: 1 } },
    outages: [{ fromSeconds: 0, toSeconds: 9, answer: "network", account: "s-2" }],
  };
  expect(readPlan(plan)).toEqual({ kind: "plan", plan } as never);
});

test.each(BUILT_IN_PLANS.map((plan) => [plan.name, plan] as const))(
  "the built-in plan %s is one, for any number of accounts",
  (_, plan) => {
    for (const count of [1, 2, plan.accountCount, 50]) {
      const made = plan.of(count);
      expect(readPlan(JSON.parse(JSON.stringify(made)))).toEqual({ kind: "plan", plan: made });
      expect(made.accounts).toHaveLength(count);
    }
  },
);
