import { readFileSync, writeFileSync } from "node:fs";
import { systemClock } from "../../src/system/clock";
import { createLocks } from "../../src/system/locks";

/**
 * `bun taking-over.ts COUNTER BEGIN ROUNDS ROUND_MS`: in each round, at the same moment as all others, adds one to a number in
 * a file under its lock, as the accounts file is changed: read, work, look whether the lock still holds, write. Says how often, and what refused it.
 */
const [path = "", ...numbers] = process.argv.slice(2);
const [begin = 0, rounds = 0, roundMs = 0] = numbers.map(Number);
const WORK_MS = 3;

const locks = createLocks();
let added = 0;
const refused: string[] = [];

function work(intact: () => boolean): void {
  const before = Number(readFileSync(path, "utf8"));
  // As long as a write with its fsync takes, and as synchronous.
  for (const end = performance.now() + WORK_MS; performance.now() < end; );
  if (!intact()) return;
  writeFileSync(path, String(before + 1));
  added += 1;
}

for (let round = 0; round < rounds; round++) {
  await systemClock.sleep(Math.max(0, begin + round * roundMs - Date.now()));
  await locks.hold(path, work).catch((error) => void refused.push(String(error)));
}
console.log(JSON.stringify({ added, refused }));
