import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { StateStore } from "../../src/ports/state-store";
import { createStateStore } from "../../src/storage/state-database";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { aCooldown, aUsage, NOW } from "../support/builders";
import { failingDatabase } from "../support/failing-database";
import { type StatePlace, statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

/** A database as a newer version leaves it, with something in it. */
function newerAt(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = openDatabase(path);
  database.run("PRAGMA user_version = 99");
  database.run("CREATE TABLE IF NOT EXISTS history (what TEXT)");
  database.close();
}

const asideIn = ({ path }: StatePlace) =>
  readdirSync(dirname(path))
    .filter((name) => name.includes(".corrupt-"))
    .sort();

const sentencesOf = ({ events }: StatePlace) =>
  events.events.map((event) => (event.type === "storage.degraded" ? event.sentence : event.type));

/** A store that only looks, as the command line opens it. */
const lookAt = ({ path, clock, events }: StatePlace): StateStore =>
  createStateStore({ openDatabase, path, clock, events, files: systemFiles, keepsNewer: true });

test("a usable database is no problem", () => {
  const store = statePlace(directory()).open();
  expect(store.problem()).toBeUndefined();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(store.problem()).toBeUndefined();
});

for (const code of ["SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_BUSY"]) {
  test(`${code} is a problem while it lasts and not after`, async () => {
    const place = statePlace(directory());
    const failing = failingDatabase();
    const store = place.open(failing.open);
    failing.failAfter(0, code, true);
    store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
    await place.clock.advance(60_000);
    expect(store.problem()).toContain(place.path);
    expect(store.problem()).toContain(code);
    failing.heal();
    await place.clock.advance(40_000);
    expect(store.problem()).toBeUndefined();
    expect(place.open().current().cooldowns.size).toBe(1);
  });
}

test("a disk that can be read and not written stays a problem between two tries", async () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  const store = place.open((path) => {
    const database = failing.open(path);
    const transaction = () => {
      throw Object.assign(new Error("read-only"), { code: "SQLITE_READONLY" });
    };
    // Whoever only reads opens it well again and again.
    return { ...database, transaction };
  });
  place.open().current();
  store.apply([{ type: "usage.added", usage: aUsage() }]);
  for (let second = 0; second < 90; second += 1) {
    await place.clock.advance(1_000);
    expect(store.problem()).toContain("SQLITE_READONLY");
  }
});

test("who only reads sees the problem go", async () => {
  const place = statePlace(directory());
  mkdirSync(place.path, { recursive: true });
  const { path, clock } = place;
  const store = createStateStore({ openDatabase, path, clock, files: systemFiles });
  expect(store.problem()).toContain(path);
  rmSync(path, { recursive: true });
  await clock.advance(31_000);
  expect(store.problem()).toBeUndefined();
});

test("what is set aside is told, with where it is and why, as long as this process lives", () => {
  const place = statePlace(directory());
  newerAt(place.path);
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  const [aside] = asideIn(place);
  expect(store.problem()).toContain(`${place.path} was written by a newer version`);
  expect(store.problem()).toContain(aside ?? "?");
  expect(store.problem()).toContain("begins anew");
  expect(sentencesOf(place)).toEqual([store.problem() ?? "?"]);
  expect(place.open().problem()).toBeUndefined();
});

test("no more than three databases that were set aside are kept, with their journals", async () => {
  const place = statePlace(directory());
  mkdirSync(dirname(place.path), { recursive: true });
  const ours = (name: string) => `${place.path}.corrupt-${name}`;
  for (const name of ["1", "1-wal", "2", "2-shm", "3", "mine", "1.bak"]) writeFileSync(ours(name), "");
  newerAt(place.path);
  place.open().current();
  const names = asideIn(place).map((name) => name.replace(/^.*\.corrupt-/, ""));
  expect(names).toEqual(["1.bak", String(NOW), "2", "2-shm", "3", "mine"].sort());
  for (let n = 0; n < 6; n += 1) {
    await place.clock.advance(1_000);
    for (const part of ["", "-wal", "-shm"]) rmSync(place.path + part, { force: true });
    newerAt(place.path);
    place.open().current();
  }
  const families = new Set(asideIn(place).flatMap((name) => /corrupt-(\d+)(-|$)/.exec(name)?.[1] ?? []));
  expect([...families]).toEqual([4_000, 5_000, 6_000].map((after) => String(NOW + after)));
});

test("a clock that was put back does not cost what was set aside just now", () => {
  const place = statePlace(directory());
  newerAt(place.path);
  for (const later of [1, 2, 3]) writeFileSync(`${place.path}.corrupt-${NOW + later}`, "");
  place.open().current();
  expect(asideIn(place)).toHaveLength(3);
  expect(asideIn(place)[0]).toEndWith(String(NOW));
});

test("who only looks leaves a newer database where it is, works from memory and says so", () => {
  const place = statePlace(directory());
  newerAt(place.path);
  for (let run = 0; run < 3; run += 1) {
    const store = lookAt(place);
    store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
    expect(store.current().cooldowns.size).toBe(1);
    expect(store.problem()).toContain(`${place.path} was written by a newer version`);
    store.close();
  }
  expect(asideIn(place)).toEqual([]);
  const database = openDatabase(place.path);
  expect(database.all("SELECT name FROM sqlite_master")).toEqual([{ name: "history" }]);
  database.close();
});

test("who only looks sets a broken database aside like everybody", () => {
  const place = statePlace(directory());
  mkdirSync(dirname(place.path), { recursive: true });
  writeFileSync(place.path, "no database at all, but long enough to be read as one. ".repeat(20));
  expect(lookAt(place).problem()).toContain("is not a database");
  expect(asideIn(place)).toHaveLength(1);
});

test("one long-lived process drops old rows by the hour, and no more often", async () => {
  const DAY = 86_400_000;
  const place = statePlace(directory());
  const failing = failingDatabase();
  const store = place.open(failing.open);
  const tidied = (log: readonly string[]) =>
    log.filter((each) => each.includes("'tidied'") && each.startsWith("UPDATE"));
  store.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + 1_000 }) }]);
  for (let hour = 0; hour < 26; hour += 1) {
    await place.clock.advance(DAY / 24);
    store.apply([{ type: "usage.added", usage: aUsage() }]);
  }
  await place.clock.advance(1_000);
  const begun = failing.log.length;
  await place.clock.advance(10_000);
  store.apply([{ type: "usage.added", usage: aUsage() }]);
  store.flush();
  expect(tidied(failing.log).length).toBeWithin(20, 30);
  expect(tidied(failing.log.slice(begun))).toEqual([]);
  const database = openDatabase(place.path);
  expect(database.all("SELECT count(*) AS n FROM fact WHERE kind = 'cooldown'")).toEqual([{ n: 0 }]);
  database.close();
});

test("a database that is busy is tidied another time, and nothing is lost or told", async () => {
  const place = statePlace(directory());
  let isBusy = false;
  const store = place.open((path) => {
    const database = openDatabase(path);
    const run: typeof database.run = (sql, ...values) => {
      if (isBusy && sql.startsWith("DELETE FROM fact")) throw Object.assign(new Error("busy"), { code: "SQLITE_BUSY" });
      database.run(sql, ...values);
    };
    return { ...database, run };
  });
  store.current();
  isBusy = true;
  await place.clock.advance(2 * 3_600_000);
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(place.open().current().cooldowns.size).toBe(1);
  expect(store.problem()).toBeUndefined();
  expect(place.events.events).toEqual([]);
});
