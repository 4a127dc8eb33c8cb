import { expect, test } from "bun:test";
import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import { aKey, anAccount } from "../support/builders";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

/** The file behind `config/gemini-auth.json`, which leads to `dotfiles` in the way of each test. */
function aHome() {
  const root = realpathSync(directory());
  for (const name of ["config", "dotfiles"]) mkdirSync(join(root, name));
  const [link, target] = [join(root, "config", "gemini-auth.json"), join(root, "dotfiles", "auth.json")];
  return { root, link, target, at: (...names: string[]) => join(root, ...names) };
}

const lockedPaths: string[] = [];
const storeAt = (path: string) => {
  const locks = createLocks();
  const hold: typeof locks.hold = (locked, work, signal) => {
    lockedPaths.push(locked);
    return locks.hold(locked, work, signal);
  };
  return createAccountsFile({ files: systemFiles, locks: { hold }, clock: systemClock, chance: systemChance, path });
};
const adding = (id: string) =>
  ({ type: "add", account: anAccount({ id }), credential: aKey(`AIza-example-${id}`) }) as const;
const idsIn = (path: string) => JSON.parse(readFileSync(path, "utf8")).accounts.map(({ id }: { id: string }) => id);
const isLink = (path: string) => lstatSync(path).isSymbolicLink();

test("a link stays a link; its target is written, with the backup beside it", async () => {
  const { root, link, target, at } = aHome();
  writeFileSync(target, '{"version":1,"accounts":[]}');
  symlinkSync(target, link);
  const store = storeAt(link);
  await store.update([adding("k1")]);
  expect(store.current().entries.map(({ account }) => account.id)).toEqual(["k1"]);
  expect(idsIn(target)).toEqual(["k1"]);
  expect(isLink(link)).toBe(true);
  expect(readdirSync(at("config"))).toEqual(["gemini-auth.json"]);
  expect(readdirSync(join(root, "dotfiles")).sort()).toEqual(["auth.json", "auth.json.bak"]);
});

test("a link, and a chain of them, to a file that is not there yet: the file is made where they end", async () => {
  const { link, target, at } = aHome();
  symlinkSync(join("..", "dotfiles", "second.json"), link);
  symlinkSync("auth.json", at("dotfiles", "second.json"));
  expect(storeAt(link).current()).toMatchObject({ entries: [], problem: expect.stringContaining(target) });
  await storeAt(link).update([adding("k1")]);
  expect(idsIn(target)).toEqual(["k1"]);
  expect([isLink(link), isLink(at("dotfiles", "second.json")), isLink(target)]).toEqual([true, true, false]);
});

test("a linked directory whose target is missing is made private", async () => {
  const { at } = aHome();
  symlinkSync(at("later"), at("linked"));
  await storeAt(at("linked", "gemini-auth.json")).update([adding("k1")]);
  expect(idsIn(at("later", "gemini-auth.json"))).toEqual(["k1"]);
  expect(isLink(at("linked"))).toBe(true);
  expect(systemFiles.stat(at("later"))?.mode).toBe(0o700);
});

test("two ways to one file share one lock, for changes and for refreshes", async () => {
  const { link, target, at } = aHome();
  symlinkSync(target, link);
  symlinkSync(at("dotfiles"), at("other"));
  const [a, b] = [storeAt(link), storeAt(at("other", "auth.json"))];
  lockedPaths.splice(0);
  await Promise.all([a.update([adding("k1")]), b.update([adding("k2")])]);
  expect(idsIn(target).sort()).toEqual(["k1", "k2"]);
  await a.exclusively("k1", async () => undefined);
  await b.exclusively("k1", async () => undefined);
  expect(new Set(lockedPaths)).toEqual(new Set([target, `${target}.k1.refresh`]));
});

test("a broken file behind a link is copied aside where it lies", () => {
  const { link, target, at } = aHome();
  writeFileSync(target, "{,");
  symlinkSync(target, link);
  expect(storeAt(link).current().problem).toContain(link);
  expect(readdirSync(at("config"))).toEqual(["gemini-auth.json"]);
  expect(readdirSync(at("dotfiles")).filter((name) => name.startsWith("auth.json.corrupt-"))).toHaveLength(1);
});

test("links in a circle are told and lose nothing", async () => {
  const { link, at } = aHome();
  symlinkSync(at("config", "b"), link);
  symlinkSync(link, at("config", "b"));
  const store = storeAt(link);
  expect(store.current().problem).toContain("ELOOP");
  await expect(store.update([adding("k1")])).rejects.toMatchObject({ code: "store/unwritable" });
  expect(isLink(link)).toBe(true);
});
