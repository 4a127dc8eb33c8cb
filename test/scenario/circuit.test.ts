import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, told, type World } from "../support/pool-world";
import { always, callsTo, cooling, deadNetwork, SECOND, shown } from "./parts";

const OPEN = "backend:gemini-api";

/** Asks anew every `everyMs` and returns how many calls each request cost. */
async function askOn(world: World, count: number, everyMs: number, calls: () => number): Promise<readonly number[]> {
  const costs: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const before = calls();
    expect(await world.ask({ session: `s${world.clock.now()}` })).toStartWith("refused");
    costs.push(calls() - before);
    await world.clock.advance(everyMs);
  }
  return costs;
}

describe("a network that stays dead", () => {
  const dark = () => {
    const dead = deadNetwork(() => world.clock.now());
    const world: World = poolWorld({
      accounts: [key("one"), key("two"), key("three")],
      google: GOOGLE,
      fetch: () => dead.fetch,
    });
    return { world, dead };
  };

  test("is given up after five failures in two requests: from then on nobody calls", async () => {
    const { world, dead } = dark();
    await world.ask({ session: "a" });
    expect(cooling(world)[OPEN]).toBeUndefined();
    expect(dead.at.length).toBe(6);
    await world.ask({ session: "b" });
    expect(cooling(world)[OPEN]).toMatch(/^outage /);
    const calls = dead.at.length;
    expect(calls).toBe(7);
    for (const session of ["c", "d", "e"]) await world.ask({ session });
    expect(dead.at.length).toBe(calls);
  });

  test("costs one call per probe, after 10, 20, 40, 80 and then every 120 s", async () => {
    const { world, dead } = dark();
    await world.ask({ session: "a" });
    await world.ask({ session: "b" });
    const opened = dead.at.length;
    const costs = await askOn(world, 600, SECOND, () => dead.at.length);
    expect(Math.max(...costs)).toBeLessThanOrEqual(1);
    const probes = dead.at.slice(opened - 1).map((at) => Math.round(at / SECOND));
    expect(probes.slice(1).map((at, index) => at - (probes[index] ?? 0))).toEqual([10, 20, 40, 80, 120, 120, 120]);
  });

  test("is probed by one of many that ask at once", async () => {
    const { world, dead } = dark();
    await world.ask({ session: "a" });
    await world.ask({ session: "b" });
    await world.clock.advance(10 * SECOND);
    const before = dead.at.length;
    const sessions = Array.from({ length: 12 }, (_, index) => world.start({ session: `p${index}` }));
    await world.clock.finish(Promise.all(sessions), 30 * SECOND);
    expect(dead.at.length - before).toBe(1);
  });

  test("is told as that, with a time to come back", async () => {
    const { world } = dark();
    await world.ask({ session: "a" });
    await world.ask({ session: "b" });
    const reply = await world.clock.finish(world.start({ session: "c" }));
    const told = await shown(world, reply);
    expect(told.text).toMatch(/cannot be reached|could not be reached|does not answer/);
    expect(told.retryAfterMs).toBeLessThanOrEqual(10 * SECOND);
  });

  test("says nothing of another service, which answers", async () => {
    const world: World = poolWorld({
      accounts: [key("one"), seat({ priority: 1 })],
      google: GOOGLE,
      fetch: (inner) => async (url, init) => {
        if (url.includes("v1beta")) throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
        return inner(url, init);
      },
    });
    for (const session of ["a", "b", "c", "d"]) expect(await world.ask({ session })).toStartWith("200 Hello from seat");
    expect(callsTo(world, "seat").length).toBe(4);
  });
});

describe("servers that fail", () => {
  test("in five calls of two requests are left alone like a dead network, and one success ends it", async () => {
    const google = { ...GOOGLE, outages: [{ fromSeconds: 0, toSeconds: 60, answer: "html_502" }] };
    const world = poolWorld({ accounts: [key("one"), key("two")], google });
    const before = () => world.google.said().length;
    const costs = await askOn(world, 60, SECOND, before);
    expect(costs.slice(0, 3).reduce((sum, cost) => sum + cost, 0)).toBeLessThanOrEqual(8);
    expect(Math.max(...costs.slice(3))).toBeLessThanOrEqual(1);
    await world.clock.advance(120 * SECOND);
    expect(await world.ask({ session: "after" })).toStartWith("200 Hello from");
    expect(cooling(world)).toEqual({});
    const parallel = ["x", "y", "z"].map((session) => world.start({ session }));
    for (const reply of await world.clock.finish(Promise.all(parallel))) expect(reply.kind).toBe("answered");
  });

  test("now and then are no outage: a success in between begins the count anew", async () => {
    const faults = [{ calls: [1, 3, 5, 7, 9, 11, 13], answer: "gl_500_internal" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    for (let turn = 0; turn < 7; turn++) expect(await world.ask({ session: `s${turn}` })).toStartWith("200");
    expect(cooling(world)).toEqual({});
  });

  test("for one key only, in a burst of twenty conversations: everybody is answered by the other key", async () => {
    const world: World = poolWorld({
      accounts: [key("one"), key("two")],
      google: { ...GOOGLE, faults: [always("one", "gl_500_internal")] },
      fetch: (inner) => async (url, init) => {
        const response = await inner(url, init);
        // A good answer takes longer to begin than a failure.
        if (response.ok) await new Promise<void>((resolve) => world.clock.after(300, resolve));
        return response;
      },
      latencyMs: 50,
    });
    const burst = Array.from({ length: 20 }, (_, index) => world.start({ session: `s${index}` }).then(told));
    for (const said of await world.clock.finish(Promise.all(burst), 60 * SECOND)) {
      expect(said).toStartWith("200 Hello from two");
    }
    expect(await world.ask({ session: "late" })).toStartWith("200 Hello from two");
  });
});
