import { join } from "node:path";
import { createAccountsFile } from "../../../src/storage/accounts-file";
import { createStateStore } from "../../../src/storage/state-database";
import { systemChance } from "../../../src/system/chance";
import { systemClock } from "../../../src/system/clock";
import { openDatabase } from "../../../src/system/database";
import { systemFiles } from "../../../src/system/files";
import { createLocks } from "../../../src/system/locks";
import { seededChance } from "../seeded-chance";
import { AccountsStorm } from "./accounts";
import { FactsStorm } from "./facts";
import { type Entry, journalPath, wildPath, write as writeEntry } from "./journal";
import { ownIds, SHARED_FACT_IDS, SHARED_IDS } from "./names";
import { sightsOf } from "./sight";
import { timedLocks, type Witness, witnessedDatabase, witnessedFiles } from "./world";

/** One process of a storm: `bun child.ts HOME JOURNALS SLOT INCARNATION SEED UNTIL`. */
const [home = "", journals = "", ...numbers] = process.argv.slice(2);
const [slot = 0, incarnation = 0, seed = 1, until = 0] = numbers.map(Number);

/** How often it dies by its own hand at a place where it hurts, on top of what the parent does. */
const DEATH = 1 / 400;
const SEES_LIMIT_MS = 15_000;

const clock = systemClock;
const chance = seededChance(seed * 7_919 + slot * 104_729 + incarnation * 31);
const path = journalPath(journals, slot);
const write = (entry: Entry) => writeEntry(path, entry);
let isWild = false;
const perhapsDie = () => {
  if (isWild && chance.random() < DEATH && clock.now() < until) process.kill(process.pid, "SIGKILL");
};
const witness: Witness = { write, now: clock.now, perhapsDie };

const accountsFile = join(home, "gemini-auth.json");
const locks = timedLocks(createLocks());
const files = witnessedFiles(systemFiles, accountsFile, witness);
const store = createAccountsFile({ files, locks, clock, chance: systemChance, path: accountsFile });
const database = witnessedDatabase(openDatabase, witness);
const state = createStateStore({
  openDatabase: database.openDatabase,
  path: join(home, "gemini-pool.db"),
  files: systemFiles,
  clock,
});

let last = 0;
/** A sixteenth of a millisecond tells the slots apart. */
const moment = () => {
  last = Math.max(clock.now(), Math.floor(last) + 1) + slot / 16;
  return last;
};
let tickets = 0;
const newTicket = () => `ticket-${slot}-${incarnation}-${++tickets}`;

/** What the database says of our own accounts; tried again until it could be read. */
async function look() {
  const ids = ownIds(slot);
  for (const limit = clock.now() + SEES_LIMIT_MS; clock.now() < limit; await clock.sleep(20)) {
    const before = database.reads.usage;
    const sees = sightsOf(state, ids, clock.now());
    if (database.reads.facts > 0 && database.reads.usage > before) return sees;
  }
  throw new Error("the database could not be read");
}

write({ kind: "started", at: clock.now(), sees: await look() });

const accounts = new AccountsStorm({
  store,
  chance,
  write,
  newTicket,
  ids: [...ownIds(slot), ...SHARED_IDS],
  sleep: clock.sleep,
  now: clock.now,
  waitedMs: () => locks.lastWaitMs(accountsFile),
});
const facts = new FactsStorm({
  state,
  clock,
  chance,
  write,
  moment,
  ids: [...ownIds(slot), ...SHARED_FACT_IDS],
  counterId: ownIds(slot)[0] ?? "",
});

async function repeat(step: () => Promise<void> | void, pauseMs: number): Promise<void> {
  while (clock.now() < until) {
    isWild ||= systemFiles.stat(wildPath(journals)) !== undefined;
    await step();
    await clock.sleep(chance.random() * pauseMs);
  }
}

await Promise.all([repeat(() => accounts.step(), 40), repeat(() => facts.step(), 30)]);
state.close();
write({ kind: "ended" });
