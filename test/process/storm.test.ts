import { expect, test } from "bun:test";
import { realpathSync } from "node:fs";
import { told } from "../support/storm/report";
import { storm } from "../support/storm/run";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const isLong = process.env["POOL_TEST_LONG"] === "1";
const DURATION_MS = isLong ? 60_000 : 10_000;
const seed = Number(process.env["POOL_STORM_SEED"] ?? Date.now() % 1_000_000);

test("eight processes that are killed at any moment lose nothing, bring nothing back and leave nothing behind", async () => {
  const report = await storm({
    directory: realpathSync(directory()),
    processes: 8,
    durationMs: DURATION_MS,
    seed,
    killWithinMs: 700,
  });
  console.log(`storm ${seed}: ${told(report)}`);
  expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
  // Modest, for slow machines: a storm in which nothing happens proves nothing.
  expect(report.writes).toBeGreaterThanOrEqual(20);
  expect(report.factSteps).toBeGreaterThan(200);
  expect(report.kills).toBeGreaterThan(3);
}, 120_000);
