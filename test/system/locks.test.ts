import { expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { createLocks } from "../../src/system/locks";
import { fakeClock, settled } from "../support/fake-clock";
import { seededChance } from "../support/seeded-chance";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

/** Waiting is driven by hand; it starts now because lock directories carry real times. */
const aWorld = () => {
  const clock = fakeClock(Date.now());
  return { clock, locks: createLocks({ clock, chance: seededChance() }), path: join(directory(), "accounts.json") };
};

test("two holders never work at the same time, and both get their turn", async () => {
  const { clock, locks, path } = aWorld();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} in`);
    await settled();
    seen.push(`${name} out`);
    return name;
  };
  const both = Promise.all([locks.hold(path, work("a")), locks.hold(path, work("b"))]);
  expect(await clock.finish(both)).toEqual(["a", "b"]);
  expect([seen[0]?.[0], seen[2]?.[0]]).toEqual([seen[1]?.[0], seen[3]?.[0]]);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("a lock that stays taken is given up after 10 s with an error that names the file", async () => {
  const { clock, locks, path } = aWorld();
  mkdirSync(`${path}.lock`);
  const start = clock.now();
  const waiting = clock.finish(locks.hold(path, () => "never"));
  // The other holder lives: its lock never looks old while we wait by hand.
  await expect(waiting).rejects.toMatchObject({ code: "store/locked", message: expect.stringContaining(path) });
  await waiting.catch(() => undefined);
  expect(clock.now() - start).toBeGreaterThanOrEqual(10_000);
  expect(clock.now() - start).toBeLessThan(10_200);
});

test("an abort ends the wait at once", async () => {
  const { locks, path } = aWorld();
  mkdirSync(`${path}.lock`);
  const controller = new AbortController();
  const waiting = locks.hold(path, () => "never", controller.signal);
  controller.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
});

test("the lock of a dead process is taken over", async () => {
  const { clock, locks, path } = aWorld();
  mkdirSync(`${path}.lock`);
  const long = (Date.now() - 6_000) / 1_000;
  utimesSync(`${path}.lock`, long, long);
  expect(await clock.finish(locks.hold(path, () => "mine"))).toBe("mine");
});

test("a new lock is never stamped ahead of time: whoever dies with it holds it for 5 s, not for up to 6", async () => {
  const { path } = aWorld();
  const second = Math.floor(Date.now() / 1_000) * 1_000;
  for (const now of [second, second + 1, second + 400, second + 999]) {
    const locks = createLocks({ clock: fakeClock(now), chance: seededChance() });
    const stamp = await locks.hold(path, () => statSync(`${path}.lock`).mtimeMs);
    expect(stamp).toBeLessThanOrEqual(now);
    expect(stamp).toBeGreaterThan(now - 3);
    // A whole second would tell the library that this file system knows no less, and the next stamps would be ahead.
    expect(stamp % 1_000).not.toBe(0);
  }
});

test("a lock that was lost is no longer intact, and the new holder's lock survives our release", async () => {
  const { locks, path } = aWorld();
  const intact = await locks.hold(path, (check) => {
    const before = check();
    renameSync(`${path}.lock`, `${path}.stolen`);
    mkdirSync(`${path}.lock`);
    return [before, check()];
  });
  expect(intact).toEqual([true, false]);
  expect(existsSync(`${path}.lock`)).toBe(true);
});

test("a lock too old to be safe is not intact although nobody took it", async () => {
  const { clock, locks, path } = aWorld();
  const intact = await locks.hold(path, async (check) => {
    await clock.advance(6_000);
    return check();
  });
  expect(intact).toBe(false);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("work that fails frees the lock and its error comes through", async () => {
  const { locks, path } = aWorld();
  const failing = locks.hold(path, () => {
    throw new Error("work failed");
  });
  await expect(failing).rejects.toThrow("work failed");
  await failing.catch(() => undefined);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("where no lock can be made the error says so and names the file", async () => {
  const { locks, path } = aWorld();
  const missing = join(path, "no", "such", "directory");
  await expect(locks.hold(missing, () => "never")).rejects.toMatchObject({
    code: "store/unwritable",
    message: expect.stringContaining(missing),
  });
});

test("a lock that its holder renewed less than 5 s ago is respected; as soon as it is older it is taken", async () => {
  const { clock, locks, path } = aWorld();
  mkdirSync(`${path}.lock`);
  const renewed = (secondsAgo: number) => {
    const at = Date.now() / 1_000 - secondsAgo;
    utimesSync(`${path}.lock`, at, at);
  };
  renewed(1);
  let isIn = false;
  const waiting = locks.hold(path, () => {
    isIn = true;
  });
  await clock.advance(500);
  expect(isIn).toBe(false);
  renewed(5.1);
  await clock.finish(waiting);
  expect(isIn).toBe(true);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test("something else in the place of the lock is named, with what to do", async () => {
  const { locks, path } = aWorld();
  mkdirSync(join(`${path}.lock`, "inside"), { recursive: true });
  const long = Date.now() / 1_000 - 60;
  utimesSync(`${path}.lock`, long, long);
  await expect(locks.hold(path, () => "never")).rejects.toMatchObject({
    code: "store/unwritable",
    message: expect.stringContaining(`Delete ${path}.lock`),
  });
});

test("a lock directory that vanishes under its holder is lost, and nothing is thrown into the host", async () => {
  const { clock, locks, path } = aWorld();
  const seen = await locks.hold(path, (intact) => {
    const before = intact();
    rmdirSync(`${path}.lock`);
    return [before, intact()];
  });
  expect(seen).toEqual([true, false]);
  expect(await clock.finish(locks.hold(path, (intact) => intact()))).toBe(true);
});

test("a lock that a process left whose clock was two hours ahead holds nobody up", async () => {
  const path = join(directory(), "accounts.json");
  mkdirSync(`${path}.lock`);
  const ahead = Date.now() / 1_000 + 7_200;
  utimesSync(`${path}.lock`, ahead, ahead);
  expect(await createLocks().hold(path, async () => "done")).toBe("done");
  expect(existsSync(`${path}.lock`)).toBe(false);
});
