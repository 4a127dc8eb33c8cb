import { expect, test } from "bun:test";
import { PoolError } from "../../src/core/errors";
import type { Files } from "../../src/ports/files";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createUpkeep } from "../../src/storage/upkeep";
import { aKey, anAccount } from "../support/builders";
import { type Fault, failingFiles } from "../support/failing-files";
import { fakeClock } from "../support/fake-clock";
import { type MemoryFiles, memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";

const PATH = "/home/me/.config/opencode/gemini-auth.json";
const BACKUP = `${PATH}.bak`;

const adding = (id: string) =>
  ({ type: "add", account: anAccount({ id }), credential: aKey(`AIza-example-${id}`) }) as const;

/** A process of its own: it shares nothing but the disk. */
const processOn = (files: Files) =>
  createAccountsFile({ files, locks: memoryLocks(), clock: fakeClock(), chance: seededChance(), path: PATH });

const contentOf = (files: MemoryFiles, path: string) => (files.stat(path) ? files.read(path) : undefined);

const FAULTS: readonly Fault[] = [
  ...["ENOSPC", "EIO", "EACCES", "EROFS", "ENOENT"].map((code): Fault => ({ kind: "fails", code })),
  { kind: "fails half-way", code: "ENOSPC" },
  { kind: "breaks", code: "EROFS" },
  { kind: "dies before" },
  { kind: "dies after" },
  { kind: "dies half-way" },
];

/** What happens to the machine afterwards: nothing, or a power cut that keeps all, nothing or some of what was not synced. */
const AFTERMATHS: Readonly<Record<string, (files: MemoryFiles) => void>> = {
  "the machine goes on": () => {},
  "power cut, all survives": (files) => files.powerCut(() => true),
  "power cut, nothing survives": (files) => files.powerCut(() => false),
  "power cut, only the file survives": (files) => files.powerCut((path) => path === PATH),
  "power cut, all but the file survives": (files) => files.powerCut((path) => path !== PATH),
};

/** What is on the disk before the save. */
const STARTS: Readonly<Record<string, () => Promise<MemoryFiles>>> = {
  nothing: async () => memoryFiles(),
  "a file of somebody else, without a backup": async () => {
    const files = memoryFiles();
    files.put(PATH, '{"version":1,"accounts":[],"theme":"dark"}');
    return files;
  },
  "a file with its backup, and what a killed process left": async () => {
    const files = memoryFiles();
    await processOn(files).update([adding("k1")]);
    files.put(`${PATH}.pool-old.tmp`, "half");
    return files;
  },
  "a backup whose file was deleted": async () => {
    const files = memoryFiles();
    await processOn(files).update([adding("k1")]);
    files.remove(PATH);
    files.syncDirectory("/home/me/.config/opencode");
    return files;
  },
};

interface Case {
  readonly start: () => Promise<MemoryFiles>;
  readonly at: number;
  readonly fault: Fault;
  readonly aftermath: (files: MemoryFiles) => void;
}

async function judge({ start, at, fault, aftermath }: Case, after: string | undefined): Promise<void> {
  const files = await start();
  const [before, backupBefore] = [contentOf(files, PATH), contentOf(files, BACKUP)];
  const disk = failingFiles(files, { at, fault });
  const result = await processOn(disk)
    .update([adding("k2")])
    .catch((error: unknown) => error);
  aftermath(files);

  const now = contentOf(files, PATH);
  expect([before, after]).toContain(now);
  expect([backupBefore, after]).toContain(contentOf(files, BACKUP));
  // Nobody hears what a killed process says.
  const said = result instanceof PoolError && !disk.killed() ? result.message : undefined;
  if (Array.isArray(result)) expect(now).toBe(after as string);
  else if (!disk.killed()) expect(said).toContain(PATH);
  if (said?.includes("nothing was changed")) expect(now).toBe(before);

  // The next process finds everything in order.
  const next = processOn(files);
  const kept = next.current().entries.map(({ account }) => account.id);
  await next.update([adding("k3")]);
  expect(next.current().entries.map(({ account }) => account.id)).toEqual([...kept, "k3"]);
  expect(files.paths().filter((path) => path.endsWith(".tmp"))).toEqual([]);
  expect(contentOf(files, BACKUP)).toBe(files.read(PATH));
  if (backupBefore !== undefined && before === undefined) {
    expect(files.paths().map((path) => files.read(path))).toContain(backupBefore);
  }
}

for (const [what, start] of Object.entries(STARTS)) {
  test(`whatever fails or stops at any operation of a save: the old or the new file. Before it: ${what}`, async () => {
    const files = await start();
    const disk = failingFiles(files);
    await processOn(disk).update([adding("k2")]);
    const after = contentOf(files, PATH);
    expect(disk.operations.length).toBeGreaterThan(8);
    for (const [at, name] of disk.operations.entries()) {
      for (const fault of FAULTS) {
        for (const [aftermathName, aftermath] of Object.entries(AFTERMATHS)) {
          try {
            await judge({ start, at, fault, aftermath }, after);
          } catch (error) {
            throw new Error(`operation ${at} (${name}) ${JSON.stringify(fault)}; ${aftermathName}`, { cause: error });
          }
        }
      }
    }
  });
}

test("a process that stops while it copies a broken file aside leaves no half copy, and the next one makes it once", () => {
  const broken = '{"accounts":[{"id":"k1"},,]}';
  const count = failingFiles(withBroken());
  processOn(count).current();
  for (const [at] of count.operations.entries()) {
    for (const fault of FAULTS) {
      const files = withBroken();
      try {
        processOn(failingFiles(files, { at, fault })).current();
      } catch {
        // Killed.
      }
      for (let start = 0; start < 3; start += 1) processOn(files).current();
      const copies = files.paths().filter((path) => path.startsWith(`${PATH}.corrupt-`) && !path.endsWith(".tmp"));
      expect(copies.map((path) => files.read(path))).toEqual([broken]);
      expect(files.read(PATH)).toBe(broken);
    }
  }

  function withBroken() {
    const files = memoryFiles();
    files.put(PATH, broken);
    return files;
  }
});

test("whatever fails or stops while doctor restores: the broken or the restored file, and the broken text is kept", async () => {
  const broken = '{"version":1,"accounts":[{"id":"k1"},,{"id":"k2"}]}';
  const start = async () => {
    const files = memoryFiles();
    await processOn(files).update([adding("k1"), adding("k2")]);
    files.put(PATH, broken);
    return files;
  };
  const doctorOn = (files: Files) =>
    createUpkeep({
      files,
      locks: memoryLocks(),
      clock: fakeClock(),
      chance: seededChance(),
      path: PATH,
      stateDatabase: "/home/me/.local/state/opencode/gemini-pool.db",
      optionsFile: "/home/me/.config/opencode/gemini-pool.jsonc",
    });
  const finding = { kind: "accounts-broken", path: PATH, what: "", isBlank: false, backup: undefined } as const;
  const count = failingFiles(await start());
  await doctorOn(count).mend(finding);
  expect(count.operations.length).toBeGreaterThan(8);
  const healed = contentOf(await start(), BACKUP);
  for (const [at, name] of count.operations.entries()) {
    for (const fault of FAULTS) {
      for (const [aftermathName, aftermath] of Object.entries(AFTERMATHS)) {
        const where = `operation ${at} (${name}) ${JSON.stringify(fault)}; ${aftermathName}`;
        const files = await start();
        await doctorOn(failingFiles(files, { at, fault }))
          .mend(finding)
          .catch(() => undefined);
        aftermath(files);
        const now = contentOf(files, PATH);
        expect([broken, healed], where).toContain(now);
        expect(contentOf(files, BACKUP), where).toBe(healed as string);
        const kept = files.paths().some((path) => path.startsWith(PATH) && files.read(path) === broken);
        expect(kept, where).toBe(true);
        if (now === broken) await doctorOn(files).mend(finding);
        expect(contentOf(files, PATH), where).toBe(healed as string);
      }
    }
  }
});
