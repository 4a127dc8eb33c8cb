import { describe, expect, test } from "bun:test";
import type { FaultRule } from "../../src/simulator/scenario";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { callsTo, cooling, HOUR } from "./parts";

/** All that an abort must leave as it was. */
const standing = (world: World) => ({
  health: ["k-one", "k-two", "s-seat"].map((id) => world.state.current().health.get(id)?.successFraction),
  binding: world.state.current().bindings.get("home gemini-2.5-pro")?.accountId,
  parked: world.state.current().parked.size,
  cooling: cooling(world),
});

interface Given {
  readonly faults: readonly FaultRule[];
  /** How long after the second turn of the conversation began the user gives up. */
  readonly afterMs: number;
  readonly latencyMs?: number;
  /** Calls of the second turn until then. */
  readonly calls: number;
}

const one = (answer: string, changes = {}): FaultRule => ({
  on: { account: "one" },
  calls: { from: 2 },
  answer,
  with: changes,
});

const MOMENTS: Readonly<Record<string, Given>> = {
  "while the call is on its way": { faults: [], latencyMs: 400, afterMs: 200, calls: 1 },
  "while Gemini thinks without a word": { faults: [one("silent")], afterMs: 60_000, calls: 1 },
  "while a stated wait is sat out": {
    faults: [one("ca_429_rate_limit_exceeded_no_retryinfo", { resetDelaySeconds: 2 })],
    afterMs: 1_000,
    calls: 1,
  },
  "between two tries of a server that fails": { faults: [one("gl_500_internal")], afterMs: 100, calls: 1 },
  "while a busy model is waited for": {
    faults: [{ calls: { from: 2 }, answer: "gl_503_overloaded" }],
    afterMs: 1_000,
    calls: 3,
  },
};

describe("a user who gives up", () => {
  for (const [moment, { faults, afterMs, latencyMs = 0, calls }] of Object.entries(MOMENTS)) {
    test(`${moment}: at once, without another call, and nobody is to blame`, async () => {
      const world = poolWorld({
        accounts: [key("one"), key("two", { priority: 1 })],
        google: { ...GOOGLE, faults },
        latencyMs,
      });
      await world.ask({ session: "home" });
      const before = world.google.said().length;
      const controller = new AbortController();
      let settled = "";
      const reply = world.start({ session: "home", signal: controller.signal });
      reply.catch((error: Error) => (settled = error.name));
      await world.clock.advance(afterMs);
      const known = standing(world);
      expect(settled).toBe("");
      controller.abort();
      await world.clock.advance(0);
      expect(settled).toBe("AbortError");
      expect(standing(world)).toEqual(known);
      await world.clock.advance(HOUR);
      expect(world.google.said().length - before).toBe(calls);
      expect([world.pool.inFlight("k-one"), world.pool.inFlight("k-two")]).toEqual([0, 0]);
      expect(standing(world)).toMatchObject({ parked: 0, binding: "k-one" });
    });
  }

  test("while everybody rests for a second: at once, and no call is ever made", async () => {
    const faults = [one("ca_429_rate_limit_exceeded_no_retryinfo", { resetDelaySeconds: 3 })];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    await world.ask({ session: "home" });
    expect(await world.ask({ session: "home" })).toStartWith("refused limited");
    await world.clock.advance(1_500);
    const known = standing(world);
    const controller = new AbortController();
    const reply = world.start({ session: "home", signal: controller.signal }).catch((error: Error) => error.name);
    await world.clock.advance(500);
    const at = world.clock.now();
    controller.abort();
    expect(await reply).toBe("AbortError");
    expect(world.clock.now()).toBe(at);
    await world.clock.advance(HOUR);
    expect(callsTo(world, "one").length).toBe(2);
    expect(standing(world)).toEqual({ ...known, cooling: {} });
    expect(world.clock.pending()).toBe(0);
  });

  test("while a token is refreshed: at once; the token is there for the next turn", async () => {
    const world = poolWorld({ accounts: [seat()], google: GOOGLE, latencyMs: 300 });
    const controller = new AbortController();
    const reply = world.start({ signal: controller.signal }).catch((error: Error) => error.name);
    await world.clock.advance(0);
    controller.abort();
    expect(await reply).toBe("AbortError");
    expect(callsTo(world, "seat").length).toBe(0);
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(world.google.calls.filter(({ path }) => path === "token").length).toBe(1);
  });

  test("on the call that was to find out whether a pause still holds: the next one finds out instead", async () => {
    const faults = [
      { on: { account: "one" }, calls: [1], answer: "gl_429_bare" },
      { on: { account: "one" }, calls: [2], answer: "silent" },
    ];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    expect(await world.ask({ session: "a" })).toBe("refused limited until 12:00:10");
    await world.clock.advance(10_000);
    const controller = new AbortController();
    const probe = world.start({ session: "b", signal: controller.signal }).catch((error: Error) => error.name);
    await world.clock.advance(500);
    controller.abort();
    expect(await probe).toBe("AbortError");
    const began = world.clock.now();
    expect(await world.ask({ session: "c" })).toStartWith("200 Hello from one");
    expect(world.clock.now()).toBe(began);
  });

  test("before anything began: no call at all", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const reply = world.start({ signal: AbortSignal.abort() }).catch((error: Error) => error.name);
    expect(await world.clock.finish(reply)).toBe("AbortError");
    expect(callsTo(world, "one").length).toBe(0);
    expect(world.pool.inFlight("k-one")).toBe(0);
  });
});

describe("a user who gives up in the middle of an answer", () => {
  for (const how of ["by the signal", "by letting go of the stream"]) {
    test(`${how}: the account is as good as before, and the conversation stays there`, async () => {
      const faults: FaultRule[] = [{ on: { account: "one" }, calls: [2], answer: "stall" }];
      const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
      await world.ask({ session: "home" });
      const known = standing(world);
      const controller = new AbortController();
      const reply = await world.clock.finish(world.start({ session: "home", signal: controller.signal }));
      if (reply.kind !== "answered") throw new Error(reply.kind);
      const reader = reply.response.body?.getReader();
      expect((await reader?.read())?.done).toBe(false);
      expect(world.pool.inFlight("k-one")).toBe(1);
      if (how === "by the signal") controller.abort();
      else await reader?.cancel();
      await world.clock.advance(0);
      expect(world.pool.inFlight("k-one")).toBe(0);
      expect(standing(world)).toEqual(known);
      for (let turn = 0; turn < 3; turn++) {
        expect(await world.ask({ session: "home" })).toStartWith("200 Hello from one");
      }
      expect(callsTo(world, "two").length).toBe(0);
    });
  }

  test("ten times in a row: health stays whole and nothing is in flight", async () => {
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [{ answer: "silent" }] } });
    for (let time = 0; time < 10; time++) {
      const controller = new AbortController();
      const reply = world.start({ session: `s${time}`, signal: controller.signal }).catch((error: Error) => error.name);
      await world.clock.advance(1_000);
      controller.abort();
      expect(await reply).toBe("AbortError");
    }
    expect(world.pool.inFlight("k-one")).toBe(0);
    expect(cooling(world)).toEqual({});
    expect(world.state.current().health.get("k-one")?.successFraction ?? 1).toBe(1);
    expect(callsTo(world, "one").length).toBe(10);
  });
});

test("an answer that is given up halfway counts as Google counts it: a request, of the day and of the minute", async () => {
  const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults: [{ answer: "stall", calls: [1] }] } });
  const controller = new AbortController();
  const reply = await world.start({ session: "home", signal: controller.signal });
  expect(reply.kind).toBe("answered");
  controller.abort();
  await world.clock.advance(1_000);
  const counted = world.state.usageTotals();
  expect(counted).toMatchObject([{ accountId: "k-one", requests: 1, ok: 0, failed: 0 }]);
  const counts = [...world.state.current().quotas.values()].map(({ meter, count }) => [
    meter,
    Object.values(count?.by ?? {}).reduce((sum, each) => sum + each, 0),
  ]);
  expect(counts).toContainEqual(["requests", 1]);
});
