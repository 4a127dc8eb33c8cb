import { dirname, join } from "node:path";
import type { Finding } from "../../src/core/finding";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createUpkeep } from "../../src/storage/upkeep";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import { aKey, anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

export const PATH = "/home/me/.config/opencode/gemini-auth.json";
export const BACKUP = `${PATH}.bak`;
export const STATE = "/home/me/.local/state/opencode/gemini-pool.db";

export const OPTIONS = "/home/me/.config/opencode/gemini-pool.jsonc";

export const adding = (id: string) =>
  ({ type: "add", account: anAccount({ id, label: `label ${id}` }), credential: aKey(`AIza-example-${id}`) }) as const;

/** What looking after files in memory takes. */
export const inMemory = (files: ReturnType<typeof memoryFiles>) => ({
  files,
  locks: memoryLocks(),
  clock: fakeClock(),
  chance: seededChance(),
  path: PATH,
  stateDatabase: STATE,
  optionsFile: OPTIONS,
});

/** A home in memory with an accounts file of these accounts, written by the plugin itself. */
export async function aHome(...ids: string[]) {
  const files = memoryFiles();
  for (const path of [PATH, STATE]) files.makeDirectory(path.slice(0, path.lastIndexOf("/")), 0o700);
  const world = inMemory(files);
  const { locks } = world;
  const store = createAccountsFile(world);
  if (ids.length > 0) await store.update(ids.map(adding));
  const upkeep = createUpkeep(world);
  const kinds = () => upkeep.inspect().map(({ kind }) => kind);
  const find = <K extends Finding["kind"]>(kind: K) =>
    upkeep.inspect().filter((each): each is Extract<Finding, { kind: K }> => each.kind === kind);
  const mendAll = async (kind: Finding["kind"]) => {
    const found = find(kind);
    return Promise.all(found.map((each) => upkeep.mend(each)));
  };
  const ids_ = () => store.current().entries.map(({ account }) => account.id);
  return { files, locks, store, upkeep, kinds, find, mendAll, ids: ids_ };
}

/** The same over the real disk. */
export const doctorOn = (path: string, stateDatabase: string) =>
  createUpkeep({
    files: systemFiles,
    locks: createLocks(),
    clock: systemClock,
    chance: systemChance,
    path,
    stateDatabase,
    optionsFile: join(dirname(path), "gemini-pool.jsonc"),
  });

/** The accounts file there, as another process opens it. */
export const storeOn = (path: string) =>
  createAccountsFile({ files: systemFiles, locks: createLocks(), clock: systemClock, chance: systemChance, path });
