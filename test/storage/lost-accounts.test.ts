import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { systemFiles } from "../../src/system/files";
import { aKey, anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";
import { temporaryDirectories } from "../support/temp-directory";

const PATH = "/config/gemini-auth.json";
const directory = temporaryDirectories();

const adding = (id: string) =>
  ({ type: "add", account: anAccount({ id }), credential: aKey(`AIza-example-${id}`) }) as const;

async function aHome(...ids: readonly string[]) {
  const [files, clock] = [memoryFiles(), fakeClock()];
  const store = createAccountsFile({ files, locks: memoryLocks(), clock, chance: seededChance(), path: PATH });
  await store.update(ids.map(adding));
  const names = () => store.current().entries.map(({ account }) => account.id);
  return { files, clock, store, names };
}

test("an editor that takes the file away for a moment costs no account", async () => {
  const { files, clock, names, store } = await aHome("k1");
  expect(names()).toEqual(["k1"]);
  const text = files.read(PATH);
  files.remove(PATH);
  expect(names()).toEqual(["k1"]);
  expect(store.current().problem).toBeUndefined();
  await clock.advance(999);
  files.put(PATH, text.replace('"enabled": true', '"enabled": false'));
  expect(store.current().entries[0]?.account.enabled).toBe(false);
});

test("a file that was deleted holds no account any more, and what its backup holds is told until that is gone too", async () => {
  const { files, clock, store } = await aHome("k1", "k2");
  store.current();
  files.remove(PATH);
  store.current();
  await clock.advance(1_000);
  const view = store.current();
  expect(view).toEqual({
    entries: [],
    problem: `${PATH} is gone. Its backup holds 2 accounts. If it was deleted by accident: gemini-pool doctor --fix. If not, delete ${PATH}.bak too.`,
  });
  expect(store.current()).toBe(view);
  files.put(`${PATH}.bak`, '{"version":1,"accounts":[]}');
  expect(store.current()).toEqual({ entries: [] });
  files.put(`${PATH}.bak`, "{,");
  expect(store.current()).toEqual({ entries: [] });
  files.remove(`${PATH}.bak`);
  expect(store.current()).toEqual({ entries: [] });
});

test("an account that is added then is there at once, without a word", async () => {
  const { files, clock, store, names } = await aHome("k1");
  files.remove(PATH);
  await clock.advance(2_000);
  await store.update([adding("k2")]);
  expect(names()).toEqual(["k2"]);
  expect(store.current().problem).toBeUndefined();
});

test("a home that never had an account loses none, and is only read", async () => {
  const { files, store } = await aHome();
  files.remove(PATH);
  const count = files.log.length;
  expect(store.current()).toEqual({ entries: [] });
  expect(files.log.slice(count).filter((line) => !line.startsWith("read"))).toEqual([]);
});

test("a link that leads nowhere is told with its target, and its accounts are there once the disk is", async () => {
  const root = systemFiles.resolve(directory());
  const [path, target] = [join(root, "gemini-auth.json"), join(root, "disk", "accounts.json")];
  symlinkSync(target, path);
  const world = { files: systemFiles, locks: memoryLocks(), clock: fakeClock(), chance: seededChance(), path };
  const store = createAccountsFile(world);
  expect(store.current().problem).toBe(
    `${path} is a link to ${target}, which is not there: accounts in it cannot be read. If its disk is not mounted, mount it.`,
  );
  mkdirSync(join(root, "disk"));
  await createAccountsFile({ ...world, path: target }).update([adding("k1")]);
  expect(store.current()).toMatchObject({ entries: [{ account: { id: "k1" } }] });
  expect(store.current().problem).toBeUndefined();
  rmSync(root, { recursive: true, force: true });
});
