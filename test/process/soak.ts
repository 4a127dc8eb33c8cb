import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { told } from "../support/storm/report";
import { type StormReport, storm } from "../support/storm/run";

/** `bun test/process/soak.ts [MINUTES] [SEED]`: storms of a minute, each in a home of its own, judged after each. */
const [minutes = 10, firstSeed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const ROUND_MS = 60_000;
const rounds = Math.max(1, Math.round((minutes * 60_000) / ROUND_MS));
const durationMs = Math.min(ROUND_MS, minutes * 60_000);

if (!(minutes > 0)) throw new RangeError("say how many minutes, for example: npm run soak -- 10");

const reports: StormReport[] = [];
for (let round = 0; round < rounds; round++) {
  const seed = firstSeed + round;
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "gemini-pool-soak-")));
  const report = await storm({ directory, processes: 8, durationMs, seed, killWithinMs: 700 });
  reports.push(report);
  console.log(`${round + 1} of ${rounds}, seed ${seed}: ${told(report)}`);
  for (const problem of report.problems) console.log(`  PROBLEM ${problem}`);
  // What went wrong is kept to be looked at.
  if (report.problems.length === 0) rmSync(directory, { recursive: true, force: true });
  else console.log(`  The home and the journals are in ${directory}`);
}

const sum = (of: (report: StormReport) => number) => reports.reduce((total, report) => total + of(report), 0);
const most = (of: (report: StormReport) => number) => Math.max(...reports.map(of));
const problemCount = sum(({ problems }) => problems.length);
console.log(`\n${rounds} storms of ${durationMs / 1_000} s with 8 processes each:`);
console.log(`${sum(({ kills }) => kills)} kills, ${sum(({ suicides }) => suicides)} deaths at a bad place`);
console.log(
  `${sum(({ writes }) => writes)} writes of accounts, ${sum(({ refused }) => refused)} refused with an error`,
);
console.log(
  `${sum(({ factSteps }) => factSteps)} changes of the state, ${sum(({ lostSteps }) => lostSteps)} lost unwritten`,
);
console.log(`longest wait for a lock ${(most(({ longestWaitMs }) => longestWaitMs) / 1_000).toFixed(2)} s`);
console.log(problemCount === 0 ? "Nothing is lost, nothing came back." : `${problemCount} PROBLEMS, see above.`);
process.exitCode = problemCount === 0 ? 0 : 1;
