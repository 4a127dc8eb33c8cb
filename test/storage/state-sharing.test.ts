import { expect, test } from "bun:test";
import { scopeKey } from "../../src/core/scope";
import type { StateChange } from "../../src/core/state";
import { openDatabase } from "../../src/system/database";
import { aBinding, aCooldown, aHealth, aParked, aUsage, NOW } from "../support/builders";
import { failingDatabase } from "../support/failing-database";
import { statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const KEY = scopeKey(aCooldown().scope);

/** Our process, its database watched, and another one. */
function two() {
  const place = statePlace(directory());
  const watched = failingDatabase();
  const [ours, theirs] = [place.open(watched.open), place.open()];
  ours.current();
  theirs.current();
  ours.current();
  return { ...place, watched, ours, theirs };
}

test("nothing is read again while nobody has written: a look is one pragma", () => {
  const { watched, ours } = two();
  expect(watched.during(() => ours.current())).toEqual(["data_version"]);
  ours.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  // One's own write is nothing new either.
  expect(watched.during(() => ours.current())).toEqual(["data_version"]);
});

test("what another process learnt is read once, and only what is new", () => {
  const { watched, ours, theirs } = two();
  theirs.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
  expect(watched.during(() => ours.current()).filter((each) => each.startsWith("SELECT"))).toHaveLength(2);
  expect(watched.during(() => ours.current())).toEqual(["data_version"]);
  expect(ours.current().cooldowns.size).toBe(1);
});

const URGENT: readonly (readonly [string, readonly StateChange[], StateChange])[] = [
  ["a cooldown", [], { type: "cooldown.set", cooldown: aCooldown() }],
  ["a lift", [{ type: "cooldown.set", cooldown: aCooldown() }], { type: "cooldown.lifted", key: KEY, at: NOW + 1 }],
  ["a parked account", [], { type: "account.parked", parked: aParked() }],
  [
    "the end of being parked",
    [{ type: "account.parked", parked: aParked() }],
    { type: "account.unparked", accountId: "a1", at: NOW + 1 },
  ],
  ["the first home of a conversation", [], { type: "binding.set", binding: aBinding() }],
  [
    "its next home",
    [{ type: "binding.set", binding: aBinding() }],
    { type: "binding.set", binding: aBinding({ accountId: "a2", boundAt: NOW + 1, lastAnswerAt: NOW + 1 }) },
  ],
];

for (const [what, before, change] of URGENT) {
  test(`${what} is on disk before apply returns`, () => {
    const { watched, ours, path } = two();
    ours.apply(before);
    expect(watched.during(() => ours.apply([change])).at(-1)).toBe("commit");
    const { cooldowns, parked, bindings } = statePlace("", path).open().current();
    expect([cooldowns, parked, bindings]).toEqual([
      ours.current().cooldowns,
      ours.current().parked,
      ours.current().bindings,
    ]);
  });
}

test("what nobody waits for is not written in the call: usage, health, events, calls in flight", async () => {
  const { watched, ours, clock } = two();
  const settle = (call: number) => {
    ours.apply([{ type: "in-flight.set", processId: "p1", accountId: "a1", count: 1 }]);
    ours.remember({ type: "attempt.settled", at: NOW + call, accountId: "a1", outcome: "success", status: 200 });
    ours.apply([
      { type: "usage.added", usage: aUsage() },
      { type: "health.set", health: aHealth({ updatedAt: NOW + call }) },
    ]);
    ours.apply([{ type: "in-flight.set", processId: "p1", accountId: "a1", count: 0 }]);
  };
  for (let call = 0; call < 200; call += 1) {
    expect(watched.during(() => settle(call))).toEqual([]);
    await clock.advance(10);
  }
  await clock.advance(250);
  const writes = watched.log.filter((each) => each === "commit").length;
  // 200 calls in two seconds.
  expect(writes).toBeLessThanOrEqual(9 + 2);
  expect(ours.usage(NOW).get("a1")?.total.requests).toBe(200);
  expect(ours.recentEvents({ limit: 1_000 })).toHaveLength(200);
});

test("events of several processes come in the order of their times", () => {
  const { ours, theirs } = two();
  const at = (time: number) => ({ type: "token.refreshed", at: time, accountId: "a1" }) as const;
  ours.remember(at(1));
  theirs.remember(at(2));
  ours.remember(at(3));
  ours.flush();
  theirs.flush();
  theirs.remember(at(4));
  for (const store of [ours, theirs]) store.flush();
  expect(ours.recentEvents({ limit: 3 })).toEqual([at(2), at(3), at(4)]);
  expect(theirs.recentEvents({ limit: 10 })).toEqual([at(1), at(2), at(3), at(4)]);
});

test("the database holds no planted secret, in no table", () => {
  const { ours, path } = two();
  ours.remember({ type: "storage.degraded", at: NOW, sentence: "key=AIzaSyPlanted0123456789 of me@work.example" });
  ours.flush();
  const database = openDatabase(path);
  const text = JSON.stringify(database.all("SELECT value FROM event"));
  database.close();
  expect(text).toContain("storage.degraded");
  expect(text).not.toMatch(/Planted|me@work/);
});

test("a busy database holds a call up for a twentieth of a second, and the next calls not at all", () => {
  const { ours, path } = two();
  const blocker = openDatabase(path);
  const took = (work: () => void) => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  let times: readonly number[] = [];
  blocker.transaction(() => {
    times = [1, 2, 3].map((step) => took(() => ours.apply([{ type: "cooldown.set", cooldown: aCooldown({ step }) }])));
  });
  blocker.close();
  expect(ours.current().cooldowns.get(KEY)?.step).toBe(3);
  expect(times[0]).toBeLessThan(150);
  expect(Math.max(...times.slice(1))).toBeLessThan(20);
});
