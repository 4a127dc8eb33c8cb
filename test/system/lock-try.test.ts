import { expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { lockTry } from "../../src/system/lock-try";
import { seededChance } from "../support/seeded-chance";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

const STALE_MS = 5_000;
const chance = seededChance();
const aTry = (path: string) => {
  const { fs, isOurs, isFresh } = lockTry({ lockPath: path, staleMs: STALE_MS, clock: { now: Date.now }, chance });
  const told = (operation: "mkdir" | "rmdir") => {
    let result: unknown = "not called";
    fs[operation](path, (error) => {
      result = error;
    });
    return result;
  };
  const renew = (modified: number) => {
    let result: unknown = "not called";
    fs.utimes(path, 0, modified, (error) => {
      result = error;
    });
    return result;
  };
  return { renew, make: () => told("mkdir"), remove: () => told("rmdir"), isOurs, isFresh };
};

const aPath = () => join(directory(), "accounts.json.lock");
const age = (path: string, seconds: number) => {
  const then = Date.now() / 1_000 - seconds;
  utimesSync(path, then, then);
};

test("the lock of a dead process goes", () => {
  const path = aPath();
  mkdirSync(path);
  age(path, 60);
  expect(aTry(path).remove()).toBeNull();
  expect(existsSync(path)).toBe(false);
});

test("a living lock stays, whoever thinks it is dead: it may have been made since they looked", () => {
  const path = aPath();
  mkdirSync(path);
  const inode = statSync(path).ino;
  expect(aTry(path).remove()).toMatchObject({ code: "ELOCKED" });
  expect(statSync(path).ino).toBe(inode);
});

test("our own lock goes, however fresh", () => {
  const path = aPath();
  const ours = aTry(path);
  expect(ours.make()).toBeNull();
  expect([ours.isOurs(), ours.isFresh()]).toEqual([true, true]);
  expect(ours.remove()).toBeNull();
  expect([existsSync(path), ours.isOurs()]).toEqual([false, false]);
});

test("a lock that another one made in place of ours is never taken for ours", () => {
  const path = aPath();
  const [ours, theirs] = [aTry(path), aTry(path)];
  ours.make();
  rmdirSync(path);
  theirs.make();
  expect([ours.isOurs(), theirs.isOurs()]).toEqual([false, true]);
  expect(ours.remove()).toMatchObject({ code: "ELOCKED" });
  renameSync(path, `${path}.away`);
  expect(theirs.isOurs()).toBe(false);
});

test("renewing it keeps it ours; without that it is no longer fresh after 5 s", () => {
  const path = aPath();
  const ours = aTry(path);
  ours.make();
  expect(ours.renew(Date.now() / 1_000 - 1)).toBeNull();
  expect([ours.isOurs(), ours.isFresh()]).toEqual([true, true]);
  expect(ours.renew(Date.now() / 1_000 - 6)).toBeNull();
  expect([ours.isOurs(), ours.isFresh()]).toEqual([true, false]);
});

/** Where each look at a directory is written down (strictatime), a backup or an indexer that lists it. */
const list = (path: string) => utimesSync(path, Date.now() / 1_000, statSync(path).mtime);

test("a reader that moves the time of last access does not take it from us; the next renewal marks it again", () => {
  const path = aPath();
  const ours = aTry(path);
  ours.make();
  list(path);
  expect([ours.isOurs(), ours.isFresh()]).toEqual([true, true]);
  expect(ours.renew(Date.now() / 1_000)).toBeNull();
  expect(statSync(path).atimeMs).toBeGreaterThan(Date.now() + 3_600_000);
  list(path);
  expect(ours.remove()).toBeNull();
  expect(existsSync(path)).toBe(false);
});

test("without its mark it is ours only as long as nobody may have taken it over", () => {
  const path = aPath();
  let now = Date.now();
  const { fs, isOurs } = lockTry({ lockPath: path, staleMs: STALE_MS, clock: { now: () => now }, chance });
  fs.mkdir(path, () => {});
  list(path);
  now += STALE_MS - 1;
  expect(isOurs()).toBe(true);
  now += 1;
  expect(isOurs()).toBe(false);
});

test("another one's lock is not renewed", () => {
  const path = aPath();
  const [ours, theirs] = [aTry(path), aTry(path)];
  ours.make();
  rmdirSync(path);
  theirs.make();
  expect(ours.renew(0)).toMatchObject({ code: "ENOENT" });
  expect(theirs.isFresh()).toBe(true);
});

test("while another one takes a dead lock over, it is taken; if that one was killed meanwhile, that is put right too", () => {
  const path = aPath();
  mkdirSync(path);
  age(path, 60);
  mkdirSync(`${path}.tmp`);
  expect(aTry(path).remove()).toMatchObject({ code: "EEXIST" });
  expect(existsSync(path)).toBe(true);
  age(`${path}.tmp`, 60);
  expect(aTry(path).remove()).toBeNull();
  expect([existsSync(path), existsSync(`${path}.tmp`)]).toEqual([false, false]);
});

test("what is taken, or gone, is told as Node tells it", () => {
  const path = aPath();
  expect(aTry(path).remove()).toMatchObject({ code: "ENOENT" });
  mkdirSync(path);
  expect(aTry(path).make()).toMatchObject({ code: "EEXIST" });
});

test("a lock with a stamp of a time to come is dead, as the library is shown: its maker's clock was ahead", async () => {
  const path = aPath();
  mkdirSync(path);
  age(path, -7_200);
  const { fs } = lockTry({ lockPath: path, staleMs: STALE_MS, clock: { now: Date.now }, chance });
  const shown = await new Promise<number | undefined>((resolve) => {
    fs.stat(path, (_error, stats) => resolve(stats?.mtime.getTime()));
  });
  expect(shown).toBe(0);
  expect(aTry(path).remove()).toBeNull();
  expect(existsSync(path)).toBe(false);
});

test("a lock whose holder's clock is some seconds ahead, as on another machine, is alive", () => {
  const path = aPath();
  mkdirSync(path);
  age(path, -7);
  expect(aTry(path).remove()).toMatchObject({ code: "ELOCKED" });
});
