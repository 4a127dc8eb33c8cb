import { describe, expect, test } from "bun:test";
import type { CliParts } from "../../src/cli/command";
import { runCli } from "../../src/cli/main";
import { jsonFault } from "../../src/storage/json-fault";
import { createMemoryState } from "../../src/storage/memory-state";
import { settled } from "../support/fake-clock";
import { captured } from "./captured";

/** A command line that has no stores to open and these files to read. */
async function run(files: Readonly<Record<string, string>>, ...argv: string[]) {
  const seen = { out: "", err: "" };
  const io = captured(seen);
  const parts: CliParts = {
    version: "1.2.3",
    offsetMs: () => 0,
    open: () => Promise.reject(new Error("a simulation opens no store")),
    simulation: async () => ({ createState: createMemoryState, settled, jsonFault, read: (path) => files[path] }),
  };
  return { status: await runCli(["simulate", ...argv], io, parts), ...seen };
}

const PLAN = {
  name: "two keys",
  durationSeconds: 120,
  accounts: [{ label: "key", count: 2, quotas: [{ rpm: 5 }] }],
  workload: { callers: 6, thinkSeconds: 2 },
};
const FILES = { "plan.json": JSON.stringify(PLAN) };

describe("the table", () => {
  test("has a column for each strategy, the units, and fits 100 characters", async () => {
    const { status, out, err } = await run(FILES, "--plan", "plan.json");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const lines = out.split("\n");
    expect(lines[0]).toBe("two keys");
    expect(lines[1]).toBe("2 accounts · 2 minutes · seed 1 · quotas allow 20 requests at most");
    const titles = `${lines[3]} ${lines[4]}`;
    for (const word of ["all-", "knowing", "expiring-", "sequential", "round-", "weighted"])
      expect(titles).toContain(word);
    expect(out).toMatch(/ {2}answered( +\d+){6}\n/);
    expect(out).toMatch(/longest wait, (seconds|minutes)/);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(100);
  });

  test("one strategy, another seed, another length", async () => {
    const { out } = await run(
      FILES,
      "--plan",
      "plan.json",
      "--strategy",
      "sequential",
      "--seed",
      "7",
      "--days",
      "0.0007",
    );
    expect(out).toContain("60.5 seconds · seed 7");
    expect(out).toContain("sequential");
    expect(out).not.toContain("round-");
  });

  test("a built-in plan takes as many accounts as one likes", async () => {
    const { status, out } = await run({}, "--accounts", "2", "--strategy", "round-robin,sequential");
    expect(status).toBe(0);
    expect(out).toStartWith("minutes: ");
    expect(out).toContain("2 accounts · 3 minutes");
  });
});

test("--json is the figures and nothing else, the same each time", async () => {
  const words = ["--plan", "plan.json", "--strategy", "expiring-first", "--json"] as const;
  const first = await run(FILES, ...words);
  const figures = JSON.parse(first.out);
  expect(figures).toMatchObject({
    plan: PLAN,
    accountCount: 2,
    allowedCount: 20,
    oracle: { servedCount: 20 },
    strategies: [{ strategy: "expiring-first", servedCount: expect.any(Number) }],
  });
  expect((await run(FILES, ...words)).out).toBe(first.out);
});

describe("a plan that cannot be used ends with 1 and names the place", () => {
  test.each([
    ["no such file", "other.json", "other.json is no file and no plan; built in are minutes, days"],
    ["no JSON", "broken.json", "broken.json: line 2, column 10"],
    ["no plan", "wrong.json", "wrong.json is no plan:\n  accounts[0].quotas[0].rpm: expected a number from 0"],
  ])("%s", async (_, name, expected) => {
    const wrong = { ...PLAN, accounts: [{ label: "a", quotas: [{ rpm: "5" }] }] };
    const files = { "broken.json": '{\n  "name" 3\n}', "wrong.json": JSON.stringify(wrong) };
    const { status, out, err } = await run(files, "--plan", name);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(expected);
  });
});

describe("a wish that makes no sense ends with 2", () => {
  test.each([
    [["--strategy", "cheapest"], '--strategy: nothing is called "cheapest"; there are expiring-first, least-used'],
    [["--accounts", "0"], "--accounts: a whole number from 1"],
    [["--accounts", "few"], "--accounts: a whole number from 1"],
    [["--days", "-1"], "--days: a number above 0"],
    [["--seed", "x"], "--seed: a number"],
    [["--plan", "plan.json", "--accounts", "3"], "--accounts: a plan in a file names its own"],
  ])("%j", async (words, expected) => {
    const { status, out, err } = await run(FILES, ...words);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(expected);
  });
});

test("its help lists plans and strategies", async () => {
  const { status, out } = await run({}, "--help");
  expect(status).toBe(0);
  expect(out).toContain("minutes, days, staggered, outage, or a JSON file");
  expect(out).toContain("expiring-first, least-used");
});
