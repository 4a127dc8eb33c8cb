import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const CHILD = join(import.meta.dir, "../support/taking-over.ts");
const PROCESSES = 6;
const ROUNDS = process.env["POOL_TEST_LONG"] === "1" ? 200 : 30;
const ROUND_MS = 150;

test("of many who find a dead process's lock at the same moment one takes it over, and nothing that was written is lost", async () => {
  const path = join(directory(), "number");
  writeFileSync(path, "0");
  const begin = Date.now() + 1_500;
  const given = [path, begin, ROUNDS, ROUND_MS].map(String);
  const children = Array.from({ length: PROCESSES }, () =>
    Bun.spawn([process.execPath, CHILD, ...given], { stdout: "pipe", stderr: "inherit" }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await Bun.sleep(Math.max(0, begin + round * ROUND_MS - 20 - Date.now()));
    dieHolding(`${path}.lock`);
  }
  const told = await Promise.all(children.map(({ stdout }) => new Response(stdout).json() as Promise<Told>));
  const sum = told.reduce((total, { added }) => total + added, 0);
  // Each waits for its turn: somebody else's takeover is no reason to refuse.
  expect(told.flatMap(({ refused }) => refused)).toEqual([]);
  expect(Number(readFileSync(path, "utf8"))).toBe(sum);
  // Whoever finds its lock lost does not write; but only who takes a living one over makes that happen.
  expect(sum).toBeGreaterThanOrEqual(PROCESSES * ROUNDS - 2);
}, 60_000);

interface Told {
  readonly added: number;
  readonly refused: readonly string[];
}

/** What a process leaves that was killed ten seconds ago while it held the lock; unless somebody holds it now. */
function dieHolding(lock: string): void {
  try {
    mkdirSync(lock);
  } catch {
    return;
  }
  const then = Date.now() / 1_000 - 10;
  utimesSync(lock, then, then);
}
