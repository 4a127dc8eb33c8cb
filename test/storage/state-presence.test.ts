import { expect, test } from "bun:test";
import type { StateStore } from "../../src/ports/state-store";
import { openDatabase } from "../../src/system/database";
import { NOW } from "../support/builders";
import { failingDatabase } from "../support/failing-database";
import { type StatePlace, statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

const out = (store: StateStore, processId: string, accountId: string, count: number) =>
  store.apply([{ type: "in-flight.set", processId, accountId, count }]);

const seenBy = (store: StateStore) =>
  store.current().presences.map(({ processId, beatAt, inFlight }) => [processId, beatAt - NOW, [...inFlight]]);

const rowCount = ({ path }: StatePlace): unknown => {
  const database = openDatabase(path);
  const [row] = database.all("SELECT (SELECT count(*) FROM presence) + (SELECT count(*) FROM fact) AS n");
  database.close();
  return row?.["n"];
};

test("others hear of calls in flight within 250 ms, and of their end", async () => {
  const place = statePlace(directory());
  const [ours, theirs] = [place.open(), place.open()];
  ours.current();
  out(theirs, "p2", "a1", 1);
  out(theirs, "p2", "a1", 2);
  out(theirs, "p2", "a2", 1);
  expect(seenBy(ours)).toEqual([]);
  await place.clock.advance(250);
  expect(seenBy(ours)).toEqual([
    [
      "p2",
      250,
      [
        ["a1", 2],
        ["a2", 1],
      ],
    ],
  ]);
  out(theirs, "p2", "a1", 0);
  await place.clock.advance(250);
  expect(seenBy(ours)).toEqual([["p2", 500, [["a2", 1]]]]);
  out(theirs, "p2", "a2", 0);
  await place.clock.advance(250);
  expect(seenBy(ours)).toEqual([]);
  ours.close();
  theirs.close();
});

test("the list stays the same object until somebody says something new", async () => {
  const place = statePlace(directory());
  const [ours, theirs] = [place.open(), place.open()];
  out(theirs, "p2", "a1", 1);
  await place.clock.advance(250);
  const before = ours.current().presences;
  theirs.apply([{ type: "account.unparked", accountId: "a1", at: NOW }]);
  theirs.apply([{ type: "account.parked", parked: { accountId: "a9", state: "billing", sentence: "", since: NOW } }]);
  expect(ours.current().parked.size).toBe(1);
  expect(ours.current().presences).toBe(before);
});

test("a heartbeat every ten seconds while something is in flight, and none afterwards", async () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  const [ours, theirs] = [place.open(), place.open(failing.open)];
  out(theirs, "p2", "a1", 1);
  await place.clock.advance(35_000);
  const commits = () => failing.log.filter((each) => each === "commit").length;
  expect(Number(seenBy(ours)[0]?.[1])).toBeGreaterThan(25_000);
  expect(place.clock.pending()).toBe(1);
  out(theirs, "p2", "a1", 0);
  await place.clock.advance(10_000);
  const atRest = commits();
  expect(place.clock.pending()).toBe(0);
  await place.clock.advance(600_000);
  expect(commits()).toBe(atRest);
});

test("a call that is over before anything was written leaves no trace", async () => {
  const place = statePlace(directory());
  const failing = failingDatabase();
  const store = place.open(failing.open);
  store.current();
  const asked = failing.log.length;
  out(store, "p1", "a1", 1);
  out(store, "p1", "a1", 0);
  await place.clock.advance(1_000);
  expect(failing.log.slice(asked)).toEqual([]);
  store.close();
});

test("a store that is closed with calls out has none", () => {
  const place = statePlace(directory());
  const [ours, theirs] = [place.open(), place.open()];
  out(theirs, "p2", "a1", 1);
  theirs.flush();
  expect(seenBy(ours)).toHaveLength(1);
  theirs.close();
  expect(seenBy(ours)).toEqual([]);
});

test("hundreds of processes that were killed at work leave a handful of rows, and no memory of them", async () => {
  const place = statePlace(directory());
  for (let n = 0; n < 100; n += 1) {
    const killed = killable(place);
    out(killed.store, `p${n}`, "a1", 1);
    killed.store.flush();
    killed.kill();
    await place.clock.advance(1_000);
  }
  expect(Number(rowCount(place))).toBeLessThanOrEqual(31);
  await place.clock.advance(60_000);
  const last = place.open();
  out(last, "last", "a1", 1);
  last.flush();
  expect(rowCount(place)).toBe(1);
  last.close();
  expect(rowCount(place)).toBe(0);
});

/** A process that can end without a word. */
function killable({ path, clock }: StatePlace) {
  const place = statePlace("", path, clock.now());
  let opened: ReturnType<typeof openDatabase> | undefined;
  const store = place.open((where) => {
    opened = openDatabase(where);
    return opened;
  });
  return { store, kill: () => opened?.close() };
}
