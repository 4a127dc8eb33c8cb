import { describe, expect, test } from "bun:test";
import type { FaultRule } from "../../src/simulator/scenario";
import { poolWorld, seat } from "../support/pool-world";
import { always, callsTo, cooling, googleWith, HOUR, labelled, MINUTE, poolKeys, SECOND } from "./parts";

const FIVE = labelled(5);
const five = (faults: readonly FaultRule[]) =>
  poolWorld({ accounts: poolKeys(FIVE), google: googleWith(FIVE, faults) });
const MODEL = "model:gemini-api:gemini-2.5-pro";
const mute = (labels: readonly string[], answer: string, calls?: FaultRule["calls"]): FaultRule[] =>
  labels.map((account) => ({ on: { account }, answer, ...(calls ? { calls } : {}) }));

describe("three accounts refused alike without a word of why", () => {
  for (const answer of ["gl_429_bare", "gl_429_help_only", "ca_403_bare"]) {
    test(`${answer}: the fourth is not asked, and only the backend rests`, async () => {
      const world = five(mute(FIVE, answer));
      expect(await world.ask()).toBe("refused busy until 12:00:10");
      expect(FIVE.map((label) => callsTo(world, label).length)).toEqual([1, 1, 1, 0, 0]);
      expect(cooling(world)).toEqual({ [MODEL]: "capacity 10 s" });
      expect(world.state.current().parked.size).toBe(0);
    });

    test(`${answer}: nobody asks while it rests, then one call finds out, and those three are free again`, async () => {
      const world = five(mute(FIVE.slice(0, 3), answer, [1]));
      expect(await world.ask({ session: "a" })).toBe("refused busy until 12:00:10");
      await world.clock.advance(7 * SECOND);
      expect(await world.ask({ session: "b" })).toBe("refused busy until 12:00:10");
      expect(world.google.said().length).toBe(3);
      await world.clock.advance(3 * SECOND);
      const homes = new Set<string | undefined>();
      for (let turn = 0; turn < 10; turn++) {
        expect(await world.ask({ session: `s${turn}` })).toStartWith("200");
        homes.add(world.google.calls.at(-1)?.account);
        await world.clock.advance(SECOND);
      }
      expect([...homes].toSorted()).toEqual([...FIVE]);
      expect(cooling(world)).toEqual({});
    });
  }

  test("in two requests within ten seconds count as in one", async () => {
    const world = five(mute(FIVE, "gl_429_bare"));
    world.store.set(poolKeys(["k1", "k2"]));
    expect(await world.ask({ session: "a" })).toBe("refused limited until 12:00:10");
    await world.clock.advance(5 * SECOND);
    world.store.set(poolKeys(FIVE));
    expect(await world.ask({ session: "b" })).toBe("refused busy until 12:00:15");
    expect(FIVE.map((label) => callsTo(world, label).length)).toEqual([1, 1, 1, 0, 0]);
    expect(cooling(world)).toEqual({ [MODEL]: "capacity 10 s" });
  });

  test("it grows while it goes on: 10, 30, 60, 120 s, with three calls at most each time", async () => {
    const world = five(mute(FIVE, "gl_429_bare"));
    await world.ask({ session: "first" });
    const costs: number[] = [];
    const waits: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const until =
        [...world.state.current().cooldowns.values()].find(({ scope }) => scope.kind === "backend-model")?.until ?? 0;
      waits.push((until - world.clock.now()) / SECOND);
      await world.clock.advance(until - world.clock.now());
      const before = world.google.said().length;
      expect(await world.ask({ session: `s${turn}` })).toStartWith("refused");
      costs.push(world.google.said().length - before);
    }
    expect(waits).toEqual([10, 30, 60, 120, 120]);

    expect(Math.max(...costs)).toBeLessThanOrEqual(3);
  });
});

describe("it is the accounts' own", () => {
  test("where only two are refused: the third answers, those two rest for 10 s each", async () => {
    const world = five(mute(FIVE.slice(0, 2), "gl_429_bare", [1]));
    expect(await world.ask()).toStartWith("200 Hello from k3");
    expect(Object.values(cooling(world))).toEqual(["unexplained 10 s", "unexplained 10 s"]);
  });

  test("where a success lies between", async () => {
    const world = five(mute(FIVE.slice(0, 4), "gl_429_bare", [1]));
    const between = five(mute(["k1", "k2", "k4"], "gl_429_bare", [1]));
    expect(await between.ask({ session: "a" })).toStartWith("200 Hello from k3");
    expect(await between.ask({ session: "b" })).toStartWith("200 Hello from k5");
    expect(Object.keys(cooling(between))).not.toContain(MODEL);
    // Without the success in between it would have been the backend's.
    expect(await world.ask({ session: "a" })).toStartWith("refused busy");
  });

  test("where they lie more than ten seconds apart", async () => {
    const slow = poolWorld({
      accounts: poolKeys(FIVE),
      google: googleWith(FIVE, mute(["k1", "k2", "k3"], "gl_429_bare")),
      latencyMs: 6_000,
    });
    expect(await slow.ask()).toStartWith("200 Hello from k4");
  });

  test("where Google gives a reason: all of a dozen may be refused, and the last answers", async () => {
    const labels = labelled(12);
    const faults = labels.slice(0, 11).map((label) => always(label, "gl_429_free_rpm"));
    const world = poolWorld({ accounts: poolKeys(labels), google: googleWith(labels, faults) });
    expect(await world.ask()).toStartWith("200 Hello from k12");
  });

  test("a neighbouring service is another matter: a seat answers though three keys were refused alike", async () => {
    const accounts = [...poolKeys(FIVE), seat({ priority: 1 })];
    const world = poolWorld({ accounts, google: googleWith(FIVE, mute(FIVE, "gl_429_bare")) });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(callsTo(world, "k4").length + callsTo(world, "k5").length).toBe(0);
  });
});

describe("one account refused with a bare 403", () => {
  test("rests 10, then 20 minutes, and waits for a person at the third time", async () => {
    const world = poolWorld({ accounts: poolKeys(["k1"]), google: googleWith(["k1"], mute(["k1"], "ca_403_bare")) });
    expect(await world.ask({ session: "a" })).toBe("refused limited until 12:10:00");
    await world.clock.advance(10 * MINUTE);
    expect(await world.ask({ session: "b" })).toBe("refused limited until 12:30:00");
    await world.clock.advance(20 * MINUTE);
    expect(await world.ask({ session: "c" })).toBe("refused person");
    expect(world.state.current().parked.get("k-k1")?.state).toBe("not-eligible");
    await world.clock.advance(24 * HOUR);
    expect(await world.ask({ session: "d" })).toBe("refused person");
    expect(callsTo(world, "k1").length).toBe(3);
  });

  test("and answered afterwards begins anew", async () => {
    const faults: FaultRule[] = [{ on: { account: "k1" }, calls: [1, 3], answer: "ca_403_bare" }];
    const world = poolWorld({ accounts: poolKeys(["k1"]), google: googleWith(["k1"], faults) });
    await world.ask({ session: "a" });
    await world.clock.advance(10 * MINUTE);
    expect(await world.ask({ session: "b" })).toStartWith("200");
    expect(await world.ask({ session: "c" })).toBe("refused limited until 12:20:00");
  });
});
