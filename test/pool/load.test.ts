import { describe, expect, test } from "bun:test";
import type { Presence } from "../../src/core/presence";
import { AccountPool } from "../../src/pool/account-pool";
import { Load } from "../../src/pool/load";
import { createPortrait } from "../../src/pool/portrait";
import { anEntry, NOW, sourceOf } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { recordingEvents } from "../support/recording-events";
import { seededChance } from "../support/seeded-chance";
import { statePlace } from "../support/state-place";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

/** Counts how often somebody looks through it. */
const presenceOf = (beatAt: number, count: number) => {
  const seen = { looks: 0 };
  const inFlight = new Map([["a1", count]]);
  const presence: Presence = {
    processId: "p2",
    beatAt,
    get inFlight() {
      seen.looks += 1;
      return inFlight;
    },
  };
  return { presence, seen };
};

describe("calls of other processes", () => {
  test("count with our own, until they are not heard of any more", () => {
    const load = new Load();
    const { presence } = presenceOf(NOW, 3);
    load.hear([presence], NOW);
    expect([load.count("a1"), load.countEverywhere("a1")]).toEqual([0, 3]);
  });

  test("are added up once for each thing they say", () => {
    const load = new Load();
    const { presence, seen } = presenceOf(NOW, 3);
    const list = [presence];
    for (let look = 0; look < 100; look += 1) load.hear(list, NOW + look);
    expect(seen.looks).toBe(1);
    load.hear(list, NOW + 30_000);
    expect(load.countEverywhere("a1")).toBe(0);
  });
});

/** Two processes with a pool each, on one database. */
function twoPools() {
  const place = statePlace(directory());
  const entries = [anEntry({ id: "a1" }), anEntry({ id: "a2" })];
  const open = (seed: number) => {
    const [state, chance, source] = [place.open(), seededChance(seed), sourceOf(...entries)];
    const world = { clock: place.clock, events: recordingEvents(), chance: { ...chance, id: () => `p${seed}` } };
    return { state, source, pool: new AccountPool({ ...world, state, source, serves: () => true }) };
  };
  return { clock: place.clock, one: open(1), other: open(2) };
}

const wish = (sessionId: string) => ({
  call: { model: "m", method: "generateContent" as const, streaming: false, sessionId },
  model: "m",
  left: new Set<string>(),
  textChars: () => 0,
  requestId: sessionId,
});

const pick = (pool: AccountPool, session: string): { id: string; because: string; release(): void } => {
  const acquired = pool.acquire(wish(session));
  if (acquired.kind !== "leased") throw new Error("nobody");
  const { entry, because, release } = acquired.lease;
  return { id: entry.account.id, because: because.kind, release };
};

test("a process sends its calls where the others have none", async () => {
  const { clock, one, other } = twoPools();
  const busy = [0, 1, 2, 3].map((n) => pick(one.pool, `s${n}`));
  const onFirst = busy.filter(({ id }) => id === "a1");
  for (const { release } of busy.filter(({ id }) => id !== "a1")) release();
  expect(onFirst.length).toBeGreaterThanOrEqual(2);
  await clock.advance(250);
  expect(pick(other.pool, "t1")).toMatchObject({ id: "a2", because: "least-busy" });
});

test("the calls of a process that was killed stop counting after 30 s", async () => {
  const { clock, one, other } = twoPools();
  const busy = [0, 1, 2, 3].map((n) => pick(one.pool, `s${n}`));
  one.state.flush();
  expect(busy).toHaveLength(4);
  expect(other.state.current().presences).toHaveLength(1);
  const portrait = createPortrait({
    source: other.source,
    state: other.state,
    clock: fakeClock(clock.now() + 31_000),
    serves: () => true,
    settings: () => ({ modelGroups: {} }),
    problems: () => [],
  });
  expect(portrait().accounts.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
});

test("whoever shows the pool sees the calls of all processes", () => {
  const { clock, one, other } = twoPools();
  for (const n of [0, 1, 2, 3]) pick(one.pool, `s${n}`);
  one.state.flush();
  const portrait = createPortrait({
    source: other.source,
    state: other.state,
    clock,
    serves: () => true,
    settings: () => ({ modelGroups: {} }),
    problems: () => [],
  });
  const own = (id: string) => (id === "a1" ? 1 : 0);
  const total = portrait(own).accounts.reduce((sum, { inFlight }) => sum + inFlight, 0);
  expect(total).toBe(5);
});
