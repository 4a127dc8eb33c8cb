import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PoolEvent } from "../../src/core/event";
import { scopeKey } from "../../src/core/scope";
import type { StateStore } from "../../src/ports/state-store";
import { createStateStore } from "../../src/storage/state-database";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { aBinding, aCooldown, aHealth, aParked, aRecord, aUsage, NOW } from "../support/builders";
import { failingDatabase } from "../support/failing-database";
import { type StatePlace, statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const KEY = scopeKey(aCooldown().scope);

const anEvent = { type: "token.refreshed", at: NOW, accountId: "a1" } as const;

/** Something of every sort. */
function learnAll(store: StateStore): void {
  store.apply([
    { type: "usage.added", usage: aUsage() },
    { type: "usage.added", usage: aUsage({ accountId: "a2" }) },
    { type: "health.set", health: aHealth({ successFraction: 0.5 }) },
    { type: "quota.learnt", record: aRecord() },
    { type: "in-flight.set", processId: "p1", accountId: "a1", count: 1 },
  ]);
  store.remember(anEvent);
  // Urgent: it takes the rest with it.
  store.apply([
    { type: "cooldown.set", cooldown: aCooldown() },
    { type: "binding.set", binding: aBinding() },
  ]);
}

/** What a process that comes later finds. */
function foundBy(place: StatePlace) {
  const store = place.open();
  const { cooldowns, bindings, health, quotas, presences } = store.current();
  const found = {
    cooldowns: cooldowns.size,
    bindings: bindings.size,
    health: health.get("a1")?.successFraction,
    quotas: quotas.size,
    inFlight: presences.map(({ inFlight }) => [...inFlight]),
    usage: [...store.usage(NOW)].map(([id, { total }]) => [id, total.requests, total.inputTokens]),
    hours: store.usageHours(0).map(({ accountId, requests }) => [accountId, requests]),
    events: store.recentEvents({ limit: 10 }),
  };
  store.close();
  return found;
}

const ALL: ReturnType<typeof foundBy> = {
  cooldowns: 1,
  bindings: 1,
  health: 0.5,
  quotas: 1,
  inFlight: [[["a1", 1]]],
  usage: [
    ["a1", 1, 10],
    ["a2", 1, 10],
  ],
  hours: [
    ["a1", 1],
    ["a2", 1],
  ],
  events: [anEvent],
};

/** More points than there are from the first open to the last commit. */
const MANY = 200;

/** A process whose database fails at one point, or from then on for a minute. `isOver`: it never came so far. */
async function failingAt(point: number, code: string, forever: boolean) {
  const place = statePlace(directory());
  const failing = failingDatabase();
  failing.failAfter(point, code, forever);
  const store = place.open(failing.open);
  learnAll(store);
  expect(store.current().cooldowns.get(KEY)).toEqual(aCooldown());
  if (forever) await place.clock.advance(65_000);
  const isOver = failing.heal();
  await place.clock.advance(65_000);
  return { place, store, isOver };
}

const asideCount = (path: string) => readdirSync(dirname(path)).filter((name) => /\.corrupt-\d+$/.test(name)).length;

describe("everything learnt is on disk once, whichever statement failed", () => {
  const codes = [
    { code: "SQLITE_FULL", step: 1 },
    { code: "SQLITE_BUSY", step: 1 },
    { code: "SQLITE_IOERR_WRITE", step: 3 },
    { code: "SQLITE_PROTOCOL", step: 3 },
    { code: "SQLITE_READONLY", step: 5 },
    { code: "EACCES", step: 5 },
  ];
  for (const { code, step } of codes) {
    for (const forever of [false, true]) {
      test(`${code}, ${forever ? "for a minute" : "once"}`, async () => {
        let point = 0;
        for (let isOver = false; !isOver; point += forever ? 3 * step : step) {
          const run = await failingAt(point, code, forever);
          isOver = run.isOver;
          expect([point, foundBy(run.place)]).toEqual([point, ALL]);
          expect(run.place.events.types().length).toBeLessThanOrEqual(1);
          run.store.close();
        }
        expect(point).toBeGreaterThan(30);
        expect(point).toBeLessThan(MANY);
      }, 60_000);
    }
  }

  test("SQLITE_CORRUPT: what the process knows is rebuilt; counters that were in the broken file are not made up", async () => {
    let point = 0;
    for (let isOver = false; !isOver; point += 1) {
      const run = await failingAt(point, "SQLITE_CORRUPT", false);
      isOver = run.isOver;
      const { usage, events, hours, ...facts } = foundBy(run.place);
      const { usage: _usage, events: _events, hours: _hours, ...allFacts } = ALL;
      expect([point, facts]).toEqual([point, allFacts]);
      expect([ALL.usage, []]).toContainEqual(usage);
      expect([ALL.events, []]).toContainEqual([...events]);
      expect(run.place.events.types()).toHaveLength(asideCount(run.place.path));
      run.store.close();
    }
  }, 60_000);
});

test("a write that fails at any statement is done by the close, without waiting", () => {
  let point = 0;
  for (let isOver = false; !isOver; point += 1) {
    const place = statePlace(directory());
    const failing = failingDatabase();
    failing.failAfter(point, "SQLITE_IOERR");
    const store = place.open(failing.open);
    learnAll(store);
    store.close();
    isOver = failing.heal();
    expect([point, foundBy(place)]).toEqual([point, { ...ALL, inFlight: [] }]);
  }
  expect(point).toBeGreaterThan(30);
});

test("a close that cannot write says so once and throws nothing", () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  const store = place.open(failing.open);
  store.current();
  store.apply([{ type: "usage.added", usage: aUsage() }]);
  failing.failAfter(0, "SQLITE_BUSY", true);
  store.close();
  expect(place.events.types()).toEqual(["storage.degraded"]);
  expect(failing.log.filter((each) => each === "begin").length).toBeLessThanOrEqual(25);
});

test("locks that never work: one notice, then memory alone, and little is asked of the disk", async () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  const store = place.open(failing.open);
  store.current();
  failing.failAfter(0, "SQLITE_BUSY", true);
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  await place.clock.advance(30_000);
  expect(place.events.types()).toEqual(["storage.degraded"]);
  const asked = failing.log.length;
  for (let call = 0; call < 300; call += 1) {
    store.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + 60_000 + call }) }]);
    await place.clock.advance(1_000);
  }
  expect(store.current().cooldowns.get(KEY)?.until).toBe(NOW + 60_299);
  // Each of these may block the host for a busy timeout.
  expect(failing.log.length - asked).toBeLessThanOrEqual(110);
  expect(place.events.types()).toEqual(["storage.degraded"]);
});

test("whoever listens may use the store at once, also to remember that it is degraded", () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  failing.failAfter(0, "SQLITE_CANTOPEN", true);
  const heard: string[] = [];
  const { path, clock } = place;
  const emit = (event: PoolEvent) => {
    heard.push(event.type);
    store.remember(event);
    store.current();
  };
  const store = createStateStore({ openDatabase: failing.open, path, clock, files: systemFiles, events: { emit } });
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  store.current();
  expect(heard).toEqual(["storage.degraded"]);
  expect(store.recentEvents({ limit: 5 }).map(({ type }) => type)).toEqual(["storage.degraded"]);
});

test("a directory that is missing is made; one that cannot be made is used once it can", async () => {
  const root = directory();
  writeFileSync(join(root, "state"), "a file where a directory should be");
  const place = statePlace(root);
  const store = place.open();
  learnAll(store);
  expect(store.current().bindings.size).toBe(1);
  expect(place.events.types()).toEqual(["storage.degraded"]);
  rmSync(join(root, "state"));
  await place.clock.advance(40_000);
  expect(foundBy(place)).toEqual(ALL);
});

test("a directory in the place of the file: memory, and the disk once it is gone", async () => {
  const place = statePlace(directory());
  mkdirSync(place.path, { recursive: true });
  const store = place.open();
  learnAll(store);
  await place.clock.advance(60_000);
  expect(store.current().cooldowns.size).toBe(1);
  expect(place.events.types()).toEqual(["storage.degraded"]);
  rmSync(place.path, { recursive: true });
  await place.clock.advance(40_000);
  expect(foundBy(place)).toEqual(ALL);
});

test("journals that are deleted under an open database cost nothing that was learnt", () => {
  const place = statePlace(directory());
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  for (const part of ["-wal", "-shm"]) rmSync(place.path + part);
  store.apply([{ type: "binding.set", binding: aBinding() }]);
  for (const each of [store, place.open()]) {
    const { cooldowns, bindings } = each.current();
    expect([cooldowns.size, bindings.size]).toEqual([1, 1]);
  }
  expect(existsSync(`${place.path}-wal`)).toBe(true);
  expect(place.events.types()).toEqual([]);
});

test("a database that another one replaces is followed", () => {
  const [place, elsewhere] = [statePlace(directory()), statePlace(directory())];
  const foreign = elsewhere.open();
  foreign.apply([{ type: "account.parked", parked: aParked() }]);
  foreign.close();
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  for (const part of ["-wal", "-shm"]) rmSync(place.path + part);
  renameSync(elsewhere.path, place.path);
  const { cooldowns, parked } = store.current();
  expect([cooldowns.size, parked.size]).toEqual([0, 1]);
});

test("a clock that is put back does not keep it from the disk", async () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  let behind = 0;
  const clock = { ...place.clock, now: () => place.clock.now() - behind };
  const store = createStateStore({ openDatabase: failing.open, path: place.path, clock, files: systemFiles });
  failing.failAfter(0, "SQLITE_FULL", true);
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  behind = 86_400_000;
  failing.heal();
  await place.clock.advance(40_000);
  expect(place.open().current().cooldowns.size).toBe(1);
});

test("two that find the same broken file set it aside once", () => {
  const place = statePlace(directory());
  mkdirSync(dirname(place.path));
  writeFileSync(place.path, "no database at all, but long enough to be read as one. ".repeat(20));
  const late = place.open((path) => {
    // The other one is faster: between this one's look and its verdict there is a good file already.
    const inTheWay = !existsSync(`${path}.seen`);
    writeFileSync(`${path}.seen`, "");
    try {
      return openDatabase(path);
    } catch (error) {
      if (inTheWay) place.open().apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
      throw error;
    }
  });
  expect(late.current().cooldowns.size).toBe(1);
  expect(readdirSync(dirname(place.path)).filter((name) => /corrupt-\d+$/.test(name))).toHaveLength(1);
});
