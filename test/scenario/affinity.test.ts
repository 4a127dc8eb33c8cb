import { describe, expect, test } from "bun:test";
import type { Policy } from "../../src/core/rotation/policy";
import { KEYS, GOOGLE as TWO_KEYS } from "../support/google-world";
import { key, poolWorld, told, type World } from "../support/pool-world";
import { always, googleSeats, MINUTE, SECOND, seatOf } from "./parts";

const GOOGLE = { ...TWO_KEYS, accounts: [...TWO_KEYS.accounts, { label: "three", key: KEYS.three }] };
const NAMES = ["one", "two", "three"] as const;
const three = (latencyMs = 0) => poolWorld({ accounts: NAMES.map((name) => key(name)), google: GOOGLE, latencyMs });

/** A turn of a conversation; Google sees in its text whose it is. */
const turnOf = (session: string, turn: number) => ({
  session,
  body: { contents: [{ role: "user", parts: [{ text: `conversation ${session}, turn ${turn}` }] }] },
});

/** Who answered each conversation, in the order of its turns. */
function answeredBy(world: World): ReadonlyMap<string, readonly string[]> {
  const by = new Map<string, string[]>();
  for (const { body, account = "?", answer } of world.google.calls) {
    const session = /conversation ([\w-]+),/.exec(body)?.[1];
    if (session !== undefined && answer === "ok") by.set(session, [...(by.get(session) ?? []), account]);
  }
  return by;
}
const switches = (world: World) =>
  [...answeredBy(world).values()].map(
    (accounts) => accounts.filter((each, index) => index > 0 && each !== accounts[index - 1]).length,
  );
const spread = (world: World) => {
  const homes = [...answeredBy(world).values()].map(([first]) => first);
  return NAMES.map((name) => homes.filter((home) => home === name).length);
};
const all = (world: World, sessions: readonly string[], turn = 0) =>
  world.clock.finish(Promise.all(sessions.map((session) => world.start(turnOf(session, turn)).then(told))));

describe("three conversations of thirty turns on three accounts", () => {
  test("one after the other: no switch, one account each", async () => {
    const world = three();
    for (let turn = 0; turn < 30; turn++) {
      for (const session of ["a", "b", "c"]) {
        expect(await world.ask(turnOf(session, turn))).toStartWith("200");
        await world.clock.advance(7 * SECOND);
      }
    }
    expect(switches(world)).toEqual([0, 0, 0]);
    expect(spread(world)).toEqual([1, 1, 1]);
    expect(world.google.said().length).toBe(90);
  });

  test("at the same time, each with a title asked of a small model: no switch, one account each", async () => {
    const world = three(900);
    const titles = ["a", "b", "c"].map((session) =>
      world.start({ session, model: "gemini-2.5-flash-lite" }).then(told),
    );
    await all(world, ["a", "b", "c"]);
    await world.clock.finish(Promise.all(titles));
    for (let turn = 1; turn < 30; turn++) await all(world, ["a", "b", "c"], turn);
    expect(switches(world)).toEqual([0, 0, 0]);
    expect(spread(world)).toEqual([1, 1, 1]);
  });

  test("with an hour's pause in each: no switch", async () => {
    const world = three();
    for (let turn = 0; turn < 3; turn++) {
      for (const session of ["a", "b", "c"]) await world.ask(turnOf(session, turn));
      await world.clock.advance(60 * MINUTE);
    }
    expect(switches(world)).toEqual([0, 0, 0]);
  });

  test("after a restart: every conversation is where it was", async () => {
    const world = three();
    for (const session of ["a", "b", "c"]) await world.ask(turnOf(session, 0));
    const again = poolWorld({ accounts: NAMES.map((name) => key(name)), google: GOOGLE, after: world });
    for (const session of ["c", "a", "b"]) await again.ask(turnOf(session, 1));
    expect(switches(again)).toEqual([0, 0, 0]);
  });

  test("one account out in the middle: its conversation moves once and the others not at all", async () => {
    const faults = [{ ...always("two", "gl_429_free_rpd"), calls: { from: 5 } }];
    const world = poolWorld({ accounts: NAMES.map((name) => key(name)), google: { ...GOOGLE, faults } });
    for (let turn = 0; turn < 10; turn++) {
      for (const session of ["a", "b", "c"]) expect(await world.ask(turnOf(session, turn))).toStartWith("200");
    }
    expect(switches(world).toSorted()).toEqual([0, 0, 1]);
    expect(world.google.said().filter((said) => !said.endsWith("ok"))).toEqual(["two: gl_429_free_rpd"]);
  });
});

describe("many conversations", () => {
  test("nine that begin at once are spread three by three, and stay", async () => {
    const world = three(800);
    const nine = Array.from({ length: 9 }, (_, index) => `s${index}`);
    for (let turn = 0; turn < 4; turn++) await all(world, nine, turn);
    expect(spread(world)).toEqual([3, 3, 3]);
    expect(switches(world)).toEqual(Array(9).fill(0));
  });

  test("nine that begin one after the other are spread three by three", async () => {
    const world = three();
    for (let index = 0; index < 9; index++) {
      await world.ask(turnOf(`s${index}`, 0));
      await world.clock.advance(5 * SECOND);
    }
    expect(spread(world)).toEqual([3, 3, 3]);
  });

  test("thirty in the course of a day stay even", async () => {
    const world = three();
    for (let index = 0; index < 30; index++) {
      await world.ask(turnOf(`s${index}`, 0));
      await world.clock.advance(20 * MINUTE);
    }
    expect(Math.max(...spread(world)) - Math.min(...spread(world))).toBeLessThanOrEqual(1);
  });
});

describe("three seats", () => {
  const DAY = [{ rpd: 500 }];
  const seats = (latencyMs = 0, policy: Policy = {}) =>
    poolWorld({
      policy,
      accounts: NAMES.map((name) => seatOf(name)),
      google: googleSeats({ one: DAY, two: DAY, three: DAY }),
      latencyMs,
    });

  async function thirtyTurns(policy: Policy) {
    const world = seats(0, policy);
    for (let turn = 0; turn < 30; turn++) {
      for (const session of ["a", "b", "c"]) {
        await world.ask(turnOf(session, turn));
        await world.clock.advance(7 * SECOND);
      }
    }
    return world;
  }

  for (const strategy of ["least-used", "round-robin"] as const) {
    test(`three conversations of thirty turns, ${strategy}: no switch, one seat each`, async () => {
      const world = await thirtyTurns({ strategy });
      expect(switches(world)).toEqual([0, 0, 0]);
      expect(spread(world)).toEqual([1, 1, 1]);
    });
  }

  test("three conversations of thirty turns, expiring-first: no switch, though a day that has begun is spent first", async () => {
    const world = await thirtyTurns({ strategy: "expiring-first" });
    expect(switches(world)).toEqual([0, 0, 0]);
    expect(world.google.said().filter((said) => !said.endsWith("ok"))).toEqual([]);
  });

  test("nine that begin at once are spread three by three", async () => {
    const world = seats(800);
    await all(
      world,
      Array.from({ length: 9 }, (_, index) => `s${index}`),
    );
    expect(spread(world)).toEqual([3, 3, 3]);
  });
});

describe("subagents", () => {
  const child = (index: number) => ({ ...turnOf(`child${index}`, 0), parent: "parent" });

  test("eight at once do not all land on one account, and leave their parent's to it while others are free", async () => {
    const world = three(500);
    await world.ask(turnOf("parent", 0));
    const parent = answeredBy(world).get("parent")?.[0];
    const children = Array.from({ length: 8 }, (_, index) => world.start(child(index)).then(told));
    for (const said of await world.clock.finish(Promise.all(children))) expect(said).toStartWith("200");
    const homes = Array.from({ length: 8 }, (_, index) => answeredBy(world).get(`child${index}`)?.[0]);
    expect(homes).not.toContain(parent);
    const counts = NAMES.map((name) => homes.filter((home) => home === name).length).toSorted();
    expect(counts).toEqual([0, 4, 4]);
  });

  test("use the parent's where it is the only one that can answer", async () => {
    const faults = [always("two", "gl_429_free_rpd"), always("three", "gl_429_free_rpd")];
    const world = poolWorld({ accounts: NAMES.map((name) => key(name)), google: { ...GOOGLE, faults } });
    await world.ask(turnOf("parent", 0));
    for (let index = 0; index < 4; index++) expect(await world.ask(child(index))).toStartWith("200 Hello from one");
  });

  test("come back to where they began, as every conversation does", async () => {
    const world = three(500);
    await world.ask(turnOf("parent", 0));
    for (let turn = 0; turn < 5; turn++) {
      await world.clock.finish(
        Promise.all(
          [0, 1, 2].map((index) => world.start({ ...turnOf(`child${index}`, turn), parent: "parent" }).then(told)),
        ),
      );
      await world.ask(turnOf("parent", turn + 1));
    }
    expect(switches(world)).toEqual([0, 0, 0, 0]);
  });
});
