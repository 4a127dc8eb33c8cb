import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readScenario, type Scenario, ScenarioError } from "./scenario";
import { startEmulator } from "./server";

const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await readScenario(text, "demo.json");
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
};
const GOOD = { accounts: [{ label: "a", key: "AIza-example-1" }] };

describe("a scenario that cannot be used says where and why", () => {
  test.each([
    ["a bad comma", '{"accounts": [\n  {"label": "a",}\n]}', "line 2, column 17: expected name"],
    [
      "a wrong type",
      JSON.stringify({ accounts: [{ label: "a", key: 3 }] }),
      "accounts[0].key: Invalid input: expected string, received number",
    ],
    [
      "a seat without project",
      JSON.stringify({ accounts: [{ label: "a", refreshToken: "r" }] }),
      "accounts[0].project: Invalid input: expected string, received undefined",
    ],
    ["an unknown field", JSON.stringify({ ...GOOD, zap: 1 }), 'the file: Unrecognized key: "zap"'],
    [
      "bad call numbers",
      JSON.stringify({ ...GOOD, faults: [{ answer: "cut", calls: { form: 2 } }] }),
      'faults[0].calls: expected "all", a list of call numbers, or {"from": 2}',
    ],
    ["nobody", JSON.stringify({ accounts: [] }), "accounts: at least one is needed"],
    [
      "the same label twice",
      JSON.stringify({ accounts: [...GOOD.accounts, { label: "a", key: "k2" }] }),
      "accounts[1].label: accounts[0] has the same",
    ],
    [
      "a fault of nobody",
      JSON.stringify({ ...GOOD, faults: [{ on: { account: "b" }, answer: "cut" }] }),
      'faults[0].on.account: no account is called "b"; there are "a"',
    ],
    [
      "an unknown answer",
      JSON.stringify({ ...GOOD, faults: [{ answer: "gl_429_free_rp" }] }),
      'faults[0].answer: nothing is called "gl_429_free_rp"; did you mean',
    ],
    [
      "a stream fault of the token endpoint",
      JSON.stringify({ ...GOOD, faults: [{ on: { path: "token" }, answer: "no-finish" }] }),
      "faults[0].answer: no-finish spoils generated answers only",
    ],
    [
      "an outage that ends before it begins",
      JSON.stringify({ ...GOOD, outages: [{ fromSeconds: 5, toSeconds: 5, answer: "refuse" }] }),
      "outages[0].toSeconds: it must end after it begins",
    ],
    [
      "an outage of nobody",
      JSON.stringify({ ...GOOD, outages: [{ fromSeconds: 0, toSeconds: 5, account: "b", answer: "refuse" }] }),
      'outages[0].account: no account is called "b"',
    ],
    [
      "a stream fault on every path",
      JSON.stringify({ ...GOOD, outages: [{ fromSeconds: 0, toSeconds: 5, path: "*", answer: "no-finish" }] }),
      "outages[0].answer: no-finish spoils generated answers only; for every path there are",
    ],
    [
      "a person's window for a project",
      JSON.stringify({
        accounts: [{ label: "a", key: "k", project: "p" }],
        projects: { p: { quotas: [{ rpd: 3, dayEndsInSeconds: 60 }] } },
      }),
      "projects.p.quotas[0].dayEndsInSeconds: only people have it",
    ],
    [
      "a limit that is none",
      JSON.stringify({ ...GOOD, users: { a: { quotas: [{ tpm: "many" }] } } }),
      "users.a.quotas[0].tpm: Invalid input: expected number, received string",
    ],
    ["a project of nobody", JSON.stringify({ ...GOOD, projects: { p: {} } }), "projects.p: no account belongs to it"],
  ])("%s", async (_, text, expected) => {
    expect((await problemsOf(text)).join("\n")).toStartWith(expected);
  });

  test("all problems at once, under the file's name", async () => {
    const text = JSON.stringify({ ...GOOD, faults: [{ answer: "x1" }, { answer: "x2" }] });
    expect(readScenario(text, "demo.json")).rejects.toThrow(
      /^demo\.json is no scenario:\n {2}faults\[0\].*\n {2}faults\[1\]/,
    );
  });

  test("from code too", () => {
    const scenario: Scenario = { ...GOOD, faults: [{ answer: "nothing" }] };
    expect(startEmulator(scenario)).rejects.toThrow(ScenarioError);
  });
});

test("the README's example is a scenario", async () => {
  const readme = readFileSync(join(import.meta.dir, "README.md"), "utf8");
  const example = /```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const scenario = await readScenario(example, "README.md");
  expect(scenario.accounts.length).toBeGreaterThan(3);
});
