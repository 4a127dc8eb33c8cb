import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "../../../src/core/account";
import { createAccountsFile } from "../../../src/storage/accounts-file";
import { createStateStore } from "../../../src/storage/state-database";
import { systemChance } from "../../../src/system/chance";
import { systemClock } from "../../../src/system/clock";
import { openDatabase } from "../../../src/system/database";
import { systemFiles } from "../../../src/system/files";
import { createLocks } from "../../../src/system/locks";
import { aKey, anAccount } from "../builders";
import { seededChance } from "../seeded-chance";
import { judgeAccounts, writesIn } from "./accounts-model";
import { type FactsVerdict, judgeFacts } from "./facts-model";
import { journalPath, readJournal, wildPath, write } from "./journal";
import { ownIds, SHARED_FACT_IDS, SHARED_IDS } from "./names";
import { type Sights, sightsAfter, sightsOf } from "./sight";

/** How hard it blows. `directory` is empty at the start and holds the home and the journals afterwards. */
export interface StormOptions {
  readonly directory: string;
  readonly processes: number;
  readonly durationMs: number;
  readonly seed: number;
  /** How long the parent waits between two kills, at most. */
  readonly killWithinMs: number;
}

/** What came of a storm; `problems` is empty where nothing was lost. */
export interface StormReport {
  readonly problems: readonly string[];
  readonly writes: number;
  readonly refused: number;
  readonly factSteps: number;
  readonly kills: number;
  /** Deaths at a place where it hurts, by the process's own hand. */
  readonly suicides: number;
  readonly longestWaitMs: number;
  readonly lostSteps: number;
  readonly oldestLostMs: number;
  readonly troubles: number;
  /** How long the first writer after the storm took. */
  readonly freshMs: number;
}

const CHILD = join(import.meta.dir, "child.ts");
/** A lock of a dead process is free after 5 s. */
const FRESH_LIMIT_MS = 6_000;
/** Waits for a lock are bounded by 10 s; a slow machine gets a little more. */
const WAIT_LIMIT_MS = 11_500;

const CALM_WRITES = 20;

interface Slot {
  readonly number: number;
  child: Bun.Subprocess | undefined;
}

interface Deaths {
  kills: number;
  suicides: number;
  readonly problems: string[];
}

/** Runs one storm to its end and judges what it left. */
export async function storm(options: StormOptions): Promise<StormReport> {
  const home = join(options.directory, "home");
  const journals = join(options.directory, "journals");
  mkdirSync(home);
  mkdirSync(journals);
  const deaths = await blow(options, home, journals);
  return judge(options, { home, journals, deaths });
}

async function blow({ processes, durationMs, seed, killWithinMs }: StormOptions, home: string, journals: string) {
  const until = Date.now() + durationMs;
  const chance = seededChance(seed);
  const deaths: Deaths = { kills: 0, suicides: 0, problems: [] };
  const slots: Slot[] = Array.from({ length: processes }, (_, number) => ({ number, child: undefined }));
  const shot = new WeakSet<object>();

  const live = async (slot: Slot): Promise<void> => {
    for (let incarnation = 0; Date.now() < until; incarnation++) {
      const given = [home, journals, slot.number, incarnation, seed, until].map(String);
      const child = Bun.spawn([process.execPath, CHILD, ...given], { stdout: "ignore", stderr: "pipe" });
      slot.child = child;
      const stderr = new Response(child.stderr).text();
      await child.exited;
      const path = journalPath(journals, slot.number);
      if (child.signalCode === "SIGKILL") write(path, { kind: "killed", at: Date.now() });
      else if (child.exitCode === 0) return;
      else deaths.problems.push(`process ${slot.number} failed: ${(await stderr).slice(0, 2_000)}`);
      if (child.signalCode === "SIGKILL" && !shot.has(child)) deaths.suicides += 1;
    }
  };

  const kill = async (): Promise<void> => {
    await calm(home, until);
    writeFileSync(wildPath(journals), "");
    for (;;) {
      await systemClock.sleep(killWithinMs * (0.2 + 0.8 * chance.random()));
      if (Date.now() >= until) return;
      const child = slots[Math.floor(chance.random() * slots.length)]?.child;
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      shot.add(child);
      child.kill("SIGKILL");
      deaths.kills += 1;
    }
  };

  await Promise.all([kill(), ...slots.map(live)]);
  return deaths;
}

/** A death under the lock stops all writers for five seconds, so they get to work first. */
async function calm(home: string, until: number): Promise<void> {
  const path = join(home, "gemini-auth.json");
  const writes = () => (existsSync(path) ? writesIn(readFileSync(path, "utf8")) : 0);
  while (writes() < CALM_WRITES && Date.now() < until) await systemClock.sleep(50);
}

interface Remains {
  readonly home: string;
  readonly journals: string;
  readonly deaths: Deaths;
}

async function judge({ processes }: StormOptions, { home, journals, deaths }: Remains): Promise<StormReport> {
  const slots = Array.from({ length: processes }, (_, slot) => slot);
  const paths = slots.map((slot) => journalPath(journals, slot));
  const own = slots.flatMap(ownIds);
  const final = lookAt(home, [...own, ...SHARED_FACT_IDS]);
  for (const [slot, path] of paths.entries()) {
    write(path, { kind: "started", at: Date.now(), sees: sightsFor(final, ownIds(slot)) });
  }
  const entries = paths.map(readJournal);
  const accountsText = readFileSync(join(home, "gemini-auth.json"), "utf8");
  const accounts = judgeAccounts(accountsText, entries.flat());
  const facts = entries.map((each, slot) => judgeFacts(each, ownIds(slot)));
  const fresh = await freshWrite(home, [...own, ...SHARED_IDS]);
  const waits = entries.flat().flatMap((entry) => ("waitedMs" in entry ? entry.waitedMs : []));
  const longestWaitMs = Math.max(0, ...waits);
  const sum = (of: (verdict: FactsVerdict) => number) => facts.reduce((total, each) => total + of(each), 0);
  const oldestLostMs = Math.max(...facts.map((each) => each.oldestLostMs));
  const problems = [
    ...deaths.problems,
    ...accounts.problems,
    ...facts.flatMap((each) => each.problems),
    ...sharedProblems(final, facts),
    ...fresh.problems,
    ...litter(home),
    ...(longestWaitMs > WAIT_LIMIT_MS ? [`somebody waited ${longestWaitMs} ms for a lock`] : []),
  ];
  return {
    problems,
    writes: accounts.writes,
    refused: entries.flat().filter(({ kind }) => kind === "refused").length,
    factSteps: sum((each) => each.steps),
    kills: deaths.kills,
    suicides: deaths.suicides,
    longestWaitMs,
    lostSteps: sum((each) => each.lostSteps),
    oldestLostMs,
    troubles: sum((each) => each.troubles),
    freshMs: fresh.ms,
  };
}

const sightsFor = (all: Sights, ids: readonly AccountId[]): Sights =>
  Object.fromEntries(Object.entries(all).filter(([id]) => ids.includes(id)));

function lookAt(home: string, ids: readonly AccountId[]): Sights {
  const path = join(home, "gemini-pool.db");
  const state = createStateStore({ openDatabase, path, files: systemFiles, clock: systemClock });
  try {
    return sightsOf(state, ids, Date.now());
  } finally {
    state.close();
  }
}

/** What everybody taught about the shared accounts, together. */
function sharedProblems(final: Sights, facts: readonly FactsVerdict[]): readonly string[] {
  const stored = facts.flatMap((each) => each.stored);
  const expected = sightsAfter(stored, SHARED_FACT_IDS);
  return SHARED_FACT_IDS.filter((id) => JSON.stringify(final[id]) !== JSON.stringify(expected[id])).map(
    (id) => `${id}: ${JSON.stringify(final[id])} instead of ${JSON.stringify(expected[id])}`,
  );
}

/** Somebody new adds an account and takes every lock there is. */
async function freshWrite(home: string, ids: readonly AccountId[]) {
  const world = { files: systemFiles, clock: systemClock, chance: systemChance, locks: createLocks() };
  const store = createAccountsFile({ ...world, path: join(home, "gemini-auth.json") });
  const began = performance.now();
  const fresh = anAccount({ id: "fresh", label: "fresh" });
  await store.update([{ type: "add", account: fresh, credential: aKey("AIza-example-fresh") }]);
  await Promise.all(ids.map((id) => store.exclusively(id, async () => {})));
  const ms = performance.now() - began;
  const isThere = store.current().entries.some(({ account }) => account.id === "fresh");
  const { problem } = store.current();
  return {
    ms,
    problems: [
      ...(ms > FRESH_LIMIT_MS ? [`a fresh process needed ${ms} ms`] : []),
      ...(isThere ? [] : ["a fresh process could not add an account"]),
      ...(problem === undefined ? [] : [problem]),
    ],
  };
}

const EXPECTED = /^gemini-(?:auth\.json(?:\.bak)?|pool\.db(?:-wal|-shm)?)$/;

/** What nobody should find afterwards: temporary files, locks, copies of broken files, files that others may read. */
function litter(home: string): readonly string[] {
  const names = readdirSync(home);
  const modeOf = (name: string) => statSync(join(home, name)).mode & 0o777;
  const wide = names.filter((name) => statSync(join(home, name)).isFile() && (modeOf(name) & 0o077) !== 0);
  return [
    ...names.filter((name) => !EXPECTED.test(name)).map((name) => `left behind: ${name}`),
    ...wide.map((name) => `${name} has mode ${modeOf(name).toString(8)}`),
    ...databaseProblems(join(home, "gemini-pool.db")),
  ];
}

function databaseProblems(path: string): readonly string[] {
  if (!existsSync(path)) return ["there is no database"];
  const database = openDatabase(path);
  try {
    const check = Object.values(database.all("PRAGMA integrity_check")[0] ?? {})[0];
    return check === "ok" ? [] : [`the database is broken: ${check}`];
  } finally {
    database.close();
  }
}
