import { describe, expect, test } from "bun:test";
import type { Policy } from "../../src/core/rotation/policy";
import type { StrategyName } from "../../src/core/rotation/strategies/name";
import type { QuotaRule } from "../../src/simulator/scenario";
import { poolWorld, secretOf, type World } from "../support/pool-world";
import { seededChance } from "../support/seeded-chance";
import {
  always,
  callsTo,
  googleLimits,
  googleSeats,
  googleWith,
  labelled,
  MINUTE,
  poolKeys,
  SECOND,
  seatOf,
} from "./parts";

const THREE = labelled(3);
let session = 0;
/** New conversations, one after the other; who answered each. */
async function homes(world: World, count: number, everyMs = 10 * SECOND): Promise<readonly (string | undefined)[]> {
  const said: (string | undefined)[] = [];
  for (let index = 0; index < count; index++) {
    expect(await world.ask({ session: `s${session++}` })).toStartWith("200");
    said.push(world.google.calls.findLast(({ path }) => path === "generate")?.account);
    await world.clock.advance(everyMs);
  }
  return said;
}
const tally = (said: readonly (string | undefined)[]) =>
  THREE.map((label) => said.filter((each) => each === label).length);
const decided = ({ events }: World) =>
  events.events.flatMap((event) =>
    event.type === "account.picked" && event.because.kind === "strategy" ? [event.because.strategy] : [],
  );
const three = (policy: Policy, random = 0.5) =>
  poolWorld({ accounts: poolKeys(THREE), google: googleWith(THREE), policy, random });

describe("round-robin", () => {
  test("goes through the list in its order", async () => {
    const world = three({ strategy: "round-robin" });
    expect(await homes(world, 7)).toEqual(["k1", "k2", "k3", "k1", "k2", "k3", "k1"]);
    expect(decided(world)).toContain("round-robin");
  });

  test("steps over who is out and goes on behind it", async () => {
    const google = googleWith(THREE, [always("k2", "gl_429_free_rpd")]);
    const world = poolWorld({ accounts: poolKeys(THREE), google, policy: { strategy: "round-robin" } });
    expect(await homes(world, 5)).toEqual(["k1", "k3", "k1", "k3", "k1"]);
    expect(callsTo(world, "k2").length).toBe(1);
  });
});

describe("sequential", () => {
  test("fills one account, then the next, then the third", async () => {
    const limits = Object.fromEntries(THREE.map((label) => [label, [{ rpd: 4 }]]));
    const world = poolWorld({
      accounts: poolKeys(THREE),
      google: googleLimits(limits),
      policy: { strategy: "sequential" },
    });
    expect(await homes(world, 12)).toEqual([..."k1 k1 k1 k1 k2 k2 k2 k2 k3 k3 k3 k3".split(" ")]);
    expect(decided(world)).toContain("sequential");
  });
});

describe("least-used", () => {
  test("without tolerance evens out what was spent", async () => {
    const world = three({ strategy: "least-used" });
    // One conversation has spent nine calls of one account already.
    for (let turn = 0; turn < 9; turn++) await world.ask({ session: "heavy", body: bodyOf(turn) });
    const said = await homes(world, 18);
    expect(tally(said)).toEqual([0, 9, 9]);
    expect(await homes(world, 3)).toEqual(expect.arrayContaining(["k1", "k2", "k3"]));
  });

  test("with tolerance draws by lot, in favour of the least used", async () => {
    const draws = seededChance(7);
    let heavy = 0;
    for (let run = 0; run < 60; run++) {
      const world = three({ strategy: "least-used", tolerance: 2 }, draws.random());
      world.store.set(poolKeys(["k1"]));
      for (let turn = 0; turn < 6; turn++) await world.ask({ session: "heavy", body: bodyOf(turn) });
      world.store.set(poolKeys(THREE));
      if ((await homes(world, 1))[0] === "k1") heavy++;
    }
    // Weights 3 : 9 : 9, so 9 of 60 are to be expected.
    expect(heavy).toBeGreaterThan(2);
    expect(heavy).toBeLessThan(18);
  });
});

const bodyOf = (turn: number) => ({ contents: [{ role: "user", parts: [{ text: `turn ${turn}` }] }] });

describe("health-weighted", () => {
  test("asks a sick account seldom", async () => {
    const draws = seededChance(3);
    let sick = 0;
    for (let run = 0; run < 60; run++) {
      const world = three({ strategy: "health-weighted" }, draws.random());
      const health = {
        accountId: "k-k1",
        successFraction: 0,
        deniedCount: 0,
        lastUsedAt: 0,
        updatedAt: world.clock.now(),
      };
      world.state.apply([{ type: "health.set", health }]);
      if ((await homes(world, 1))[0] === "k1") sick++;
    }
    // 0.6 of the weight of a healthy one: 14 of 60, not 20.
    expect(sick).toBeGreaterThan(4);
    expect(sick).toBeLessThan(20);
  });
});

describe("expiring-first, the default", () => {
  /** Seats whose day ends in so many hours, after each has been used and so read once. */
  async function known(hours: Readonly<Record<string, number>>): Promise<World> {
    const limits = Object.entries(hours).map(([label, left]): [string, QuotaRule[]] => [
      label,
      [{ rpd: 20, usedToday: 2, dayEndsInSeconds: left * 3_600 }],
    ]);
    const accounts = Object.keys(hours).map((label) => seatOf(label));
    const world = poolWorld({ accounts, google: googleSeats(Object.fromEntries(limits)) });
    for (const entry of accounts) {
      world.store.set([entry]);
      await homes(world, 1, MINUTE);
    }
    world.store.set(accounts);
    return world;
  }

  test("spends what would be lost soonest, and all of it, before it touches what lasts", async () => {
    const world = await known({ late: 20, soon: 3, later: 22 });
    const said = await homes(world, 20, MINUTE);
    expect(said).toEqual([...Array(17).fill("soon"), ...Array(3).fill("late")]);
  });

  test("takes resets within half an hour of each other for equal, and spreads", async () => {
    const world = await known({ k1: 3, k2: 3.2, k3: 3.3 });
    expect(tally(await homes(world, 12))).toEqual([4, 4, 4]);
  });

  test("is what holds where nothing is said, and any other holds where it is said", async () => {
    const names: StrategyName[] = ["expiring-first", "least-used", "sequential", "round-robin", "health-weighted"];
    for (const strategy of names) {
      const world = three({ strategy });
      await homes(world, 8);
      for (const name of decided(world)) expect(name).toBe(strategy);
    }
    const silent = poolWorld({
      accounts: poolKeys(["k1"], {}),
      google: { accounts: [{ label: "k1", key: secretOf("k1") }] },
    });
    expect(await homes(silent, 2)).toEqual(["k1", "k1"]);
  });
});
