import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scopeKey } from "../../src/core/scope";
import type { Binding } from "../../src/core/state";
import type { Database, OpenDatabase } from "../../src/ports/files";
import { createStateStore } from "../../src/storage/state-database";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { stateStoreContract } from "../contract/state-store";
import { aBinding, aCooldown, aHealth, aParked, aUsage, NOW } from "../support/builders";
import { type FakeClock, fakeClock } from "../support/fake-clock";
import { recordingEvents } from "../support/recording-events";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const KEY = scopeKey(aCooldown().scope);
const DAY = 86_400_000;

interface Place {
  readonly path: string;
  readonly clock: FakeClock;
  readonly events: ReturnType<typeof recordingEvents>;
  /** A store as another process would open it. */
  open(opener?: OpenDatabase): ReturnType<typeof createStateStore>;
}

const aPlace = (path = join(directory(), "state", "gemini-pool.db")): Place => {
  const [clock, events] = [fakeClock(), recordingEvents()];
  const open = (opener: OpenDatabase = openDatabase) =>
    createStateStore({ openDatabase: opener, path, files: systemFiles, clock, events });
  return { path, clock, events, open };
};

/** Counts the transactions, and fails them with `code` while one is set; `once` heals after the first. */
const observed = () => {
  const seen = { transactions: 0, code: undefined as string | undefined, once: false };
  const opener: OpenDatabase = (path) => {
    const database = openDatabase(path);
    const transaction: Database["transaction"] = (work) => {
      const { code } = seen;
      if (seen.once) seen.code = undefined;
      if (code) throw Object.assign(new Error(code), { code });
      seen.transactions += 1;
      database.transaction(work);
    };
    return { ...database, transaction };
  };
  return { seen, opener };
};

stateStoreContract("database", () => aPlace().open());

stateStoreContract("database that cannot be opened", () =>
  aPlace().open(() => {
    throw Object.assign(new Error("read-only"), { code: "SQLITE_CANTOPEN" });
  }),
);

test("another process knows at once of cooldowns, parked states, lifts and new bindings", () => {
  const place = aPlace();
  const [ours, theirs] = [place.open(), place.open()];
  ours.current();
  theirs.apply([
    { type: "cooldown.set", cooldown: aCooldown() },
    { type: "account.parked", parked: aParked() },
    { type: "binding.set", binding: aBinding() },
  ]);
  expect(ours.current().cooldowns.get(KEY)).toEqual(aCooldown());
  expect(ours.current().parked.has("a1")).toBe(true);
  expect(ours.current().bindings.get("ses-1 gemini-2.5-pro")).toEqual(aBinding());
  ours.apply([{ type: "cooldown.lifted", key: KEY, at: NOW + 1 }]);
  expect(theirs.current().cooldowns.size).toBe(0);
});

test("the longer of two cooldowns of two processes holds for both, and a lift beats an older one", () => {
  const place = aPlace();
  const [a, b] = [place.open(), place.open()];
  a.current();
  b.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + DAY }) }]);
  a.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + 1_000 }) }]);
  expect([a, b].map((store) => store.current().cooldowns.get(KEY)?.until)).toEqual([NOW + DAY, NOW + DAY]);
  b.apply([{ type: "cooldown.lifted", key: KEY, at: NOW + 5 }]);
  a.apply([{ type: "cooldown.set", cooldown: aCooldown({ since: NOW + 4, until: NOW + 2 * DAY }) }]);
  expect([a, b].map((store) => store.current().cooldowns.size)).toEqual([0, 0]);
});

test("a new process knows what an earlier one learnt", () => {
  const place = aPlace();
  const first = place.open();
  first.apply([
    { type: "cooldown.set", cooldown: aCooldown() },
    { type: "health.set", health: aHealth({ successFraction: 0.25 }) },
    { type: "usage.added", usage: aUsage() },
  ]);
  first.apply([{ type: "usage.added", usage: aUsage() }]);
  first.close();
  const second = place.open();
  expect(second.current().cooldowns.get(KEY)).toEqual(aCooldown());
  expect(second.current().health.get("a1")?.successFraction).toBe(0.25);
  expect(second.usage(NOW).get("a1")?.total.requests).toBe(2);
  second.close();
});

test("what is not urgent is written at most four times a second, and nothing when nothing happened", async () => {
  const place = aPlace();
  const { seen, opener } = observed();
  const store = place.open(opener);
  store.apply([{ type: "binding.set", binding: aBinding() }]);
  const before = seen.transactions;
  for (let call = 1; call <= 200; call += 1) {
    store.apply([
      { type: "usage.added", usage: aUsage() },
      { type: "health.set", health: aHealth({ updatedAt: NOW + call }) },
      { type: "binding.set", binding: aBinding({ lastAnswerAt: NOW + call }) },
    ]);
    await place.clock.advance(10);
  }
  expect(seen.transactions - before).toBeLessThanOrEqual(8);
  await place.clock.advance(60_000);
  const settledCount = seen.transactions;
  await place.clock.advance(60_000);
  expect(seen.transactions).toBe(settledCount);
  expect(place.open().usage(NOW).get("a1")?.total.requests).toBe(200);
});

test("while another process holds the write lock nothing throws, memory holds, and it is written later", async () => {
  const place = aPlace();
  const { seen, opener } = observed();
  const store = place.open(opener);
  store.current();
  seen.code = "SQLITE_BUSY";
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(store.current().cooldowns.size).toBe(1);
  seen.code = undefined;
  await place.clock.advance(2_000);
  expect(place.open().current().cooldowns.size).toBe(1);
  expect(place.events.events).toEqual([]);
});

test("the last write of a process waits for a database that is busy", () => {
  const place = aPlace();
  const { seen, opener } = observed();
  const store = place.open(opener);
  store.apply([{ type: "usage.added", usage: aUsage() }]);
  Object.assign(seen, { code: "SQLITE_BUSY", once: true });
  store.close();
  expect(place.open().usage(NOW).get("a1")?.total.requests).toBe(1);
});

test("a disk that fails is told once; when it heals everything learnt meanwhile is written", async () => {
  const place = aPlace();
  const { seen, opener } = observed();
  const store = place.open(opener);
  store.current();
  seen.code = "SQLITE_FULL";
  for (let call = 0; call < 5; call += 1) {
    store.apply([{ type: "cooldown.set", cooldown: aCooldown({ until: NOW + 60_000 + call }) }]);
    await place.clock.advance(40_000);
  }
  expect(place.events.types()).toEqual(["storage.degraded"]);
  expect(place.events.events[0]).toMatchObject({ sentence: expect.stringContaining(place.path) });
  seen.code = undefined;
  await place.clock.advance(60_000);
  expect(place.open().current().cooldowns.get(KEY)?.until).toBe(NOW + 60_004);
});

test("a state directory that cannot be written: one notice, and the pool learns on in memory", () => {
  const root = directory();
  writeFileSync(join(root, "blocked"), "a file where a directory should be");
  const place = aPlace(join(root, "blocked", "gemini-pool.db"));
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  store.apply([{ type: "account.parked", parked: aParked() }]);
  expect(store.current().cooldowns.size).toBe(1);
  expect(place.events.types()).toEqual(["storage.degraded"]);
});

test("a database that is none is set aside and rebuilt", () => {
  const place = aPlace(join(directory(), "gemini-pool.db"));
  const garbage = "no database at all, but long enough to be read as one. ".repeat(20);
  writeFileSync(place.path, garbage);
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  const aside = readdirSync(join(place.path, "..")).filter((name) => name.includes(".corrupt-"));
  expect(aside).toHaveLength(1);
  expect(readFileSync(join(place.path, "..", aside[0] ?? ""), "utf8")).toBe(garbage);
  expect(place.open().current().cooldowns.size).toBe(1);
  expect(place.events.types()).toEqual(["storage.degraded"]);
});

test("a database that breaks at work is rebuilt from what this process knows", () => {
  const place = aPlace();
  const { seen, opener } = observed();
  const store = place.open(opener);
  store.apply([{ type: "account.parked", parked: aParked() }]);
  seen.once = true;
  seen.code = "SQLITE_CORRUPT";
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  store.close();
  const { parked, cooldowns } = place.open().current();
  expect([parked.size, cooldowns.size]).toEqual([1, 1]);
});

test("a database of a newer version is set aside once, and never twice by one process", () => {
  const place = aPlace();
  const newer: OpenDatabase = (path) => {
    const database = openDatabase(path);
    database.run("PRAGMA user_version = 99");
    return database;
  };
  const store = place.open(newer);
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(store.current().cooldowns.size).toBe(1);
  const names = readdirSync(join(place.path, ".."));
  expect(names.filter((name) => /\.corrupt-\d+$/.test(name))).toHaveLength(1);
  // The one that was set aside, and the next, which stays.
  expect(place.events.types()).toEqual(["storage.degraded", "storage.degraded"]);
});

test("a deleted database means: forget, and go on in a new one", () => {
  const place = aPlace();
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  for (const part of ["", "-wal", "-shm"]) rmSync(place.path + part, { force: true });
  expect(store.current().cooldowns.size).toBe(0);
  store.apply([{ type: "account.parked", parked: aParked() }]);
  expect(existsSync(place.path)).toBe(true);
  expect(place.open().current().parked.size).toBe(1);
});

test("one damaged row is passed over, the others hold", () => {
  const place = aPlace();
  const store = place.open();
  store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  const database = openDatabase(place.path);
  database.run("INSERT INTO fact VALUES ('parked', 'a1', 999, 0, '{\"accountId\":')");
  database.run("INSERT INTO fact VALUES ('binding', 's', 999, 0, '{\"sessionId\":\"s\"}')");
  database.run("INSERT INTO fact VALUES ('something new', 's', 999, 0, '{}')");
  database.close();
  const { cooldowns, parked, bindings } = place.open().current();
  expect([cooldowns.size, parked.size, bindings.size]).toEqual([1, 0, 0]);
});

test("what has outlived its use is gone at the next start; totals stay true", () => {
  const place = aPlace();
  const old = place.open();
  old.apply([
    { type: "cooldown.set", cooldown: aCooldown({ since: NOW - 2 * DAY, until: NOW - DAY - 1 }) },
    { type: "binding.set", binding: aBinding({ boundAt: NOW - 8 * DAY, lastAnswerAt: NOW - 7 * DAY - 1 }) },
    { type: "binding.set", binding: aBinding({ sessionId: "young", lastAnswerAt: NOW - 6 * DAY }) },
    { type: "account.parked", parked: aParked({ since: NOW - 90 * DAY }) },
    { type: "usage.added", usage: aUsage({ hourAt: NOW - 100 * DAY }) },
    { type: "usage.added", usage: aUsage({ hourAt: NOW - 120 * DAY }) },
    { type: "usage.added", usage: aUsage({ hourAt: NOW }) },
  ]);
  old.close();
  const later = createStateStore({
    openDatabase,
    path: place.path,
    files: systemFiles,
    clock: fakeClock(NOW + 3_600_000),
  });
  const { cooldowns, bindings, parked } = later.current();
  expect([cooldowns.size, [...bindings.keys()], parked.size]).toEqual([0, ["young gemini-2.5-pro"], 1]);
  expect(later.usage(NOW).get("a1")).toMatchObject({ today: { requests: 1 }, total: { requests: 3 } });
  later.close();
  const database = openDatabase(place.path);
  expect(database.all("SELECT count(*) AS n FROM usage")).toEqual([{ n: 1 }]);
  database.close();
});

test("no more than 10,000 bindings stay, the longest unused go", async () => {
  const place = aPlace();
  const store = place.open();
  const binding = (n: number): Binding => aBinding({ sessionId: `s${n}`, boundAt: NOW + n, lastAnswerAt: NOW + n });
  store.apply(Array.from({ length: 10_600 }, (_, n) => ({ type: "binding.set", binding: binding(n) }) as const));
  expect(store.current().bindings.size).toBe(10_000);
  expect(store.current().bindings.has("s0 gemini-2.5-pro")).toBe(false);
  expect(store.current().bindings.has("s10599 gemini-2.5-pro")).toBe(true);
  expect(place.open().current().bindings.size).toBe(10_000);
});

test("the file can be read by its user alone", () => {
  const place = aPlace();
  place.open().apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(systemFiles.stat(place.path)?.mode).toBe(0o600);
  chmodSync(place.path, 0o644);
  place.open().current();
  expect(systemFiles.stat(place.path)?.mode).toBe(0o600);
});

test("what was learnt while the clock was ahead is put right: for whoever opens the database, and for whoever lived through it", () => {
  const { path, clock: inner, events } = aPlace();
  let offset = DAY;
  const clock = { ...inner, now: () => inner.now() + offset };
  const open = () => createStateStore({ openDatabase, path, files: systemFiles, clock, events });
  const [ahead, other] = [open(), open()];
  const now = clock.now();
  ahead.apply([
    { type: "cooldown.set", cooldown: aCooldown({ since: now, until: now + 30_000 }) },
    { type: "account.parked", parked: aParked({ accountId: "a", since: now }) },
    { type: "account.parked", parked: aParked({ accountId: "lifted", since: now - 1 }) },
    { type: "account.unparked", accountId: "lifted", at: now },
    { type: "health.set", health: aHealth({ accountId: "a", updatedAt: now, lastUsedAt: now }) },
  ]);
  ahead.flush();
  other.current();
  offset = 0;
  const restarted = open();
  for (const [turn, store] of [restarted, other, ahead].entries()) {
    const state = store.current();
    expect(state.cooldowns.get(KEY)?.until).toBe(NOW + 30_000);
    expect(state.health.get("a")).toBeUndefined();
    store.apply([{ type: "account.parked", parked: aParked({ accountId: "lifted", since: NOW + turn * 10 + 1 }) }]);
    expect(store.current().parked.has("lifted")).toBe(true);
    store.apply([{ type: "account.unparked", accountId: "lifted", at: NOW + turn * 10 + 2 }]);
  }
  restarted.apply([{ type: "account.unparked", accountId: "a", at: NOW + 1 }]);
  for (const store of [restarted, other, ahead]) {
    store.flush();
    expect(store.current().parked.has("a")).toBe(false);
  }
  for (const store of [restarted, other, ahead]) store.close();
});

test("a clock that is behind when a process starts costs a pause as much of its time at most, and nothing else", () => {
  const { path, clock: inner, events } = aPlace();
  let offset = 0;
  const clock = { ...inner, now: () => inner.now() + offset };
  const open = () => createStateStore({ openDatabase, path, files: systemFiles, clock, events });
  const before = open();
  before.apply([
    { type: "cooldown.set", cooldown: aCooldown({ since: NOW, until: NOW + 4 * 3_600_000 }) },
    { type: "binding.set", binding: aBinding() },
    { type: "health.set", health: aHealth() },
  ]);
  before.close();
  offset = -2 * 3_600_000;
  const behind = open();
  expect(behind.current().cooldowns.has(KEY)).toBe(true);
  behind.apply([{ type: "health.set", health: aHealth({ accountId: "other", updatedAt: clock.now() }) }]);
  behind.close();
  offset = 0;
  const { cooldowns, bindings, health } = open().current();
  expect([cooldowns.get(KEY)?.until, bindings.size, health.size]).toEqual([NOW + 2 * 3_600_000, 1, 2]);
});

test("a pause that was learnt while the clock was far ahead ends, however many processes come and go meanwhile", async () => {
  const { path, clock: inner, events } = aPlace();
  let offset = 30 * DAY;
  const clock = { ...inner, now: () => inner.now() + offset };
  const open = () => createStateStore({ openDatabase, path, files: systemFiles, clock, events });
  const before = open();
  before.apply([
    { type: "cooldown.set", cooldown: aCooldown({ since: clock.now(), until: clock.now() + 4 * 3_600_000 }) },
  ]);
  before.close();
  offset = 0;
  for (const hours of [4, 1, -2]) {
    const store = open();
    expect(store.current().cooldowns.get(KEY)?.until).toBe(clock.now() + hours * 3_600_000);
    store.close();
    await inner.advance(3 * 3_600_000);
  }
});
