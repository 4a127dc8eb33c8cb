import { expect, test } from "bun:test";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import { accountStoreContract } from "../contract/account-store";
import { aKey, anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";
import { memoryLocks } from "../support/memory-locks";
import { seededChance } from "../support/seeded-chance";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const PATH = "/config/gemini-auth.json";

const onDisk = (path: string) =>
  createAccountsFile({ files: systemFiles, locks: createLocks(), clock: systemClock, chance: systemChance, path });

accountStoreContract("file on a disk", () => {
  const path = join(directory(), "opencode", "gemini-auth.json");
  return { open: () => onDisk(path) };
});

accountStoreContract("file in memory", () => {
  const world = { files: memoryFiles(), locks: memoryLocks(), clock: fakeClock(), chance: seededChance(), path: PATH };
  return { open: () => createAccountsFile(world) };
});

const inMemory = (text?: string) => {
  const [files, locks] = [memoryFiles(), memoryLocks()];
  if (text !== undefined) files.put(PATH, text);
  const store = createAccountsFile({ files, locks, clock: fakeClock(), chance: seededChance(), path: PATH });
  return { files, locks, store };
};

const key = (id: string) => ({
  id,
  label: id,
  backend: "gemini-api",
  credential: { kind: "api-key", key: `AIza-${id}` },
});
const fileOf = (...accounts: unknown[]) => JSON.stringify({ version: 1, accounts });
const addK9 = { type: "add", account: anAccount({ id: "k9" }), credential: aKey("AIza-example-k9") } as const;
const ids = (store: ReturnType<typeof onDisk>) => store.current().entries.map(({ account }) => account.id);

const BROKEN: readonly (readonly [string, string, string, string])[] = [
  ["a bad comma", '{\n  "version": 1,,\n}', "store/corrupt", "line 2, column 16"],
  ["a truncated file", fileOf(key("k1")).slice(0, -4), "store/corrupt", "not valid JSON"],
  ["an empty file", "", "store/corrupt", "is empty"],
  ["a file in UTF-16", '\uFFFD\uFFFD{\0"\0v\0', "store/corrupt", "is UTF-16, not UTF-8"],
  ["a file in UTF-16 without a mark", '{\0"\0v\0', "store/corrupt", "is UTF-16, not UTF-8"],
  ["a list", "[]", "store/corrupt", "one JSON object"],
  ["a newer version", '{"version":2,"accounts":[]}', "store/newer", "newer version"],
];

for (const [what, text, code, words] of BROKEN) {
  test(`${what} is named, left untouched and never written to; the last good accounts stay`, async () => {
    const { files, store } = inMemory(fileOf(key("k1")));
    store.current();
    files.put(PATH, text);
    const view = store.current();
    expect(view.entries.map(({ account }) => account.id)).toEqual(["k1"]);
    expect(view.problem).toContain(PATH);
    expect(view.problem).toContain(words);
    expect(store.current()).toBe(view);
    await expect(store.update([addK9])).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(files.read(PATH)).toBe(text);
  });
}

test("a broken file is copied aside once per content, a newer one is not", () => {
  const { files, store } = inMemory("{,");
  const asideCount = () => files.paths().filter((path) => path.startsWith(`${PATH}.corrupt-`)).length;
  store.current();
  files.put(PATH, "{,");
  store.current();
  expect(asideCount()).toBe(1);
  files.put(PATH, "{,,");
  store.current();
  expect(asideCount()).toBe(2);
  files.put(PATH, '{"version":7}');
  store.current();
  expect(asideCount()).toBe(2);
});

test("a repaired file is used at once and has no problem left", () => {
  const { files, store } = inMemory("{,");
  expect(store.current().entries).toEqual([]);
  files.put(PATH, fileOf(key("k1")));
  expect(ids(store)).toEqual(["k1"]);
  expect(store.current().problem).toBeUndefined();
});

test("a file that may not be read is named, and the accounts go on from memory", async () => {
  const { files, store } = inMemory(fileOf(key("k1")));
  store.current();
  files.fail("stat", "EACCES");
  expect(store.current().problem).toContain(`${PATH} cannot be read (EACCES)`);
  expect(store.current()).toBe(store.current());
  expect(ids(store)).toEqual(["k1"]);
  await expect(store.update([addK9])).rejects.toMatchObject({ code: "store/unreadable" });
  files.fail("stat", undefined);
  expect(store.current().problem).toBeUndefined();
});

test("one bad account falls out alone, is named without its secret, and survives a write", async () => {
  const bad = { id: "b", label: "work", backend: "gemini-api", credential: { kind: "api-key" }, note: "keep me" };
  const { files, store } = inMemory(fileOf(key("k1"), key("k2"), bad, key("k1")));
  expect(ids(store)).toEqual(["k1", "k2"]);
  expect(store.current().problem).toContain('account 3 ("work"): credential.key is missing');
  expect(store.current().problem).toContain("account 4: its id is used twice");
  await store.update([addK9]);
  expect(JSON.parse(files.read(PATH)).accounts[2]).toEqual(bad);
});

test("unknown fields survive a round trip at every level", async () => {
  const account = { ...key("k1"), colour: "red", credential: { kind: "api-key", key: "AIza-k1", hint: "x" } };
  const { files, store } = inMemory(JSON.stringify({ version: 1, accounts: [account], theme: { dark: true } }));
  await store.update([{ type: "set-enabled", id: "k1", enabled: false }]);
  await store.update([{ type: "replace-credential", id: "k1", credential: aKey("AIza-example-new") }]);
  expect(JSON.parse(files.read(PATH))).toEqual({
    version: 1,
    theme: { dark: true },
    accounts: [{ ...account, enabled: false, credential: { kind: "api-key", key: "AIza-example-new", hint: "x" } }],
    removed: [],
  });
});

test("an operation that changes nothing writes nothing", async () => {
  const { files, store } = inMemory(fileOf(key("k1")));
  await store.update([{ type: "set-enabled", id: "k1", enabled: true }]);
  expect(files.log.filter((line) => line.startsWith("writeNew"))).toEqual([]);
});

for (const [operation, code] of [
  ["writeNew", "ENOSPC"],
  ["rename", "EIO"],
  ["makeDirectory", "EROFS"],
] as const) {
  test(`a failing ${operation} leaves the file as it was, no temporary file, and says ${code}`, async () => {
    const { files, store } = inMemory(fileOf(key("k1")));
    files.fail(operation, code);
    await expect(store.update([addK9])).rejects.toMatchObject({
      code: "store/unwritable",
      message: expect.stringContaining(code),
    });
    expect(files.paths()).toEqual([PATH]);
    expect(files.read(PATH)).toBe(fileOf(key("k1")));
  });
}

test("a lock lost before the rename: what somebody else wrote meanwhile is read again and the change made anew", async () => {
  const { files, locks, store } = inMemory(fileOf(key("k1")));
  locks.lose(1, () => files.put(PATH, fileOf(key("k1"), key("k2"))));
  expect(await store.update([addK9])).toEqual([{ id: "k9", effect: "added" }]);
  expect(ids(store)).toEqual(["k1", "k2", "k9"]);
  expect(locks.held).toEqual([PATH, PATH]);
});

test("a lock that is lost each time ends in an error that names the file; nothing was changed", async () => {
  const { files, locks, store } = inMemory(fileOf(key("k1")));
  locks.lose();
  await expect(store.update([addK9])).rejects.toMatchObject({
    code: "store/locked",
    message: expect.stringContaining(PATH),
  });
  expect(locks.held).toHaveLength(3);
  expect(files.paths()).toEqual([PATH]);
  expect(files.read(PATH)).toBe(fileOf(key("k1")));
});

test("a temporary file that the next holder cleared away is written again", async () => {
  const { files, store } = inMemory(fileOf(key("k1")));
  const { rename } = files;
  let taken = 0;
  files.rename = (from, to) => {
    if (taken++ === 0) files.remove(from);
    rename(from, to);
  };
  await store.update([addK9]);
  expect(ids(store)).toEqual(["k1", "k9"]);
});

test("a disk that does not confirm the rename is told as that: the change is there", async () => {
  const { files, store } = inMemory(fileOf(key("k1")));
  files.fail("syncDirectory", "EIO");
  await expect(store.update([addK9])).rejects.toMatchObject({
    code: "store/unwritable",
    message: expect.stringContaining("was changed, but the disk did not confirm it (EIO)"),
  });
  expect(ids(store)).toEqual(["k1", "k9"]);
});

test("the temporary file of a killed process is gone after the next write", async () => {
  const { files, store } = inMemory(fileOf(key("k1")));
  files.put(`${PATH}.pool-abc.tmp`, "half");
  await store.update([addK9]);
  expect(files.paths()).toEqual([PATH, `${PATH}.bak`]);
});

test("file and directory are private, also where the file was not", async () => {
  const root = directory();
  const path = join(root, "new", "gemini-auth.json");
  await onDisk(path).update([addK9]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, "new")).mode & 0o777).toBe(0o700);

  const shared = directory();
  chmodSync(shared, 0o755);
  const open = join(shared, "open.json");
  writeFileSync(open, fileOf(key("k1")), { mode: 0o644 });
  await onDisk(open).update([addK9]);
  expect(statSync(open).mode & 0o777).toBe(0o600);
  expect(statSync(`${open}.bak`).mode & 0o777).toBe(0o600);
  // A directory that was there is not ours to close.
  expect(statSync(shared).mode & 0o777).toBe(0o755);
});

test("where no lock can be made a refresh still runs, and its own error comes through", async () => {
  const store = onDisk(join(directory(), "missing", "gemini-auth.json"));
  expect(await store.exclusively("k1", async () => "refreshed")).toBe("refreshed");
  await expect(store.exclusively("../k1", () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});
