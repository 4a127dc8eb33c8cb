import { describe, expect, test } from "bun:test";
import { KEYS, GOOGLE as TWO_KEYS } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";
import { always, callsTo, cooling, MINUTE, SECOND, shown } from "./parts";

const GOOGLE = { ...TWO_KEYS, accounts: [...TWO_KEYS.accounts, { label: "three", key: KEYS.three }] };

/** Asks as the host does: again at the time it was told, five times at most. */
async function asHost(world: ReturnType<typeof poolWorld>): Promise<string[]> {
  const said: string[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const reply = await world.clock.finish(world.start(), 600_000);
    if (reply.kind === "answered") await reply.response.text();
    if (reply.kind !== "refused" || !("until" in reply.refusal)) return [...said, reply.kind];
    said.push(reply.refusal.kind);
    await world.clock.advance(Math.max(0, reply.refusal.until - world.clock.now()));
  }
  return said;
}

describe("a model that is busy everywhere", () => {
  for (const answer of ["gl_503_overloaded", "gl_500_internal"]) {
    test(`${answer}: the host's own repeats cost a call or two each, not five`, async () => {
      const world = poolWorld({
        accounts: [key("one"), key("two"), key("three")],
        google: { ...GOOGLE, faults: [{ answer }] },
      });
      expect(await asHost(world)).toEqual(Array(6).fill("busy"));
      expect(world.google.said().length).toBeLessThanOrEqual(6 + 5 * 2);
    });
  }

  test("another conversation is told without a call", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two")],
      google: { ...GOOGLE, faults: [{ answer: "gl_503_overloaded" }] },
    });
    await world.ask();
    const calls = world.google.calls.length;
    expect(await world.ask({ session: "b" })).toStartWith("refused busy");
    expect(world.google.calls.length).toBe(calls);
  });

  test("is asked again afterwards, and one success ends it", async () => {
    const faults = [{ calls: { from: 1, to: 5 }, answer: "gl_503_overloaded" }];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    expect(await asHost(world)).toEqual(["busy", "answered"]);
    await world.clock.advance(0);
    expect(world.state.current().cooldowns.size).toBe(0);
  });

  test("is answered by another service that is not busy", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_503_overloaded" }];
    const world = poolWorld({ accounts: [key("one"), seat({ priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(world.google.said()).toEqual(["one: gl_503_overloaded", "seat: ok"]);
  });
});

describe("a model that is busy for one account only", () => {
  const BUSY = ["gl_503_overloaded", "gl_503_high_demand", "gl_500_internal", "gl_504_deadline", "html_502"] as const;

  for (const answer of BUSY) {
    test(`${answer}: the other answers in under 5 s, after 3 calls to the busy one at most`, async () => {
      const world = poolWorld({
        accounts: [key("one"), key("two", { priority: 1 })],
        google: { ...GOOGLE, faults: [always("one", answer)] },
        latencyMs: 300,
        random: 0.999,
      });
      const began = world.clock.now();
      expect(await world.ask()).toStartWith("200 Hello from two");
      expect(world.clock.now() - began).toBeLessThan(5 * SECOND);
      expect(callsTo(world, "one").length).toBeLessThanOrEqual(3);
      expect(callsTo(world, "two").length).toBe(1);
    });

    test(`${answer}: half an hour of one conversation costs the busy one no more calls`, async () => {
      const world = poolWorld({
        accounts: [key("one"), key("two", { priority: 1 })],
        google: { ...GOOGLE, faults: [always("one", answer)] },
      });
      for (let minute = 0; minute < 30; minute++) {
        expect(await world.ask()).toStartWith("200 Hello from two");
        await world.clock.advance(MINUTE);
      }
      expect(callsTo(world, "one").length).toBeLessThanOrEqual(3);
      expect(callsTo(world, "two").length).toBe(30);
    });
  }

  test("is nobody's fault: the account that met it is as fit as before", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two", { priority: 1 })],
      google: { ...GOOGLE, faults: [always("one", "gl_503_overloaded")] },
    });
    await world.ask();
    expect(world.state.current().health.get("k-one")?.successFraction).toBe(1);
    expect(cooling(world)).toEqual({});
  });
});

describe("a model that is busy for everybody", () => {
  for (const answer of ["gl_503_overloaded", "ca_429_model_capacity_exhausted", "gl_500_internal"]) {
    test(`${answer}: one clear error within 30 s and six calls, with the time to come back`, async () => {
      const world = poolWorld({
        accounts: [key("one"), key("two"), key("three")],
        google: { ...GOOGLE, faults: [{ answer }] },
        latencyMs: 300,
        random: 0.999,
      });
      const began = world.clock.now();
      const reply = await world.clock.finish(world.start(), 30 * SECOND);
      expect(world.clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
      expect(world.google.said().length).toBeLessThanOrEqual(6);
      const told = await shown(world, reply);
      expect(told).toMatchObject({ status: 503, text: expect.stringContaining("Google is busy with gemini-2.5-pro") });
      expect(told.retryAfterMs).toBeGreaterThan(0);
      expect(told.retryAfterMs).toBeLessThanOrEqual(30 * SECOND);
    });
  }

  test("half an hour of it costs a call or two a minute, not hundreds, and parks nobody", async () => {
    const world = poolWorld({
      accounts: [key("one"), key("two"), key("three")],
      google: { ...GOOGLE, faults: [{ answer: "gl_503_overloaded" }] },
    });
    const end = world.clock.now() + 30 * MINUTE;
    for (let turn = 0; world.clock.now() < end; turn++) {
      expect(await world.ask({ session: `s${turn}` })).toStartWith("refused busy");
      await world.clock.advance(10 * SECOND);
    }
    expect(world.google.said().length).toBeLessThanOrEqual(5 + 30 * 2);
    expect(world.state.current().parked.size).toBe(0);
    expect(Object.keys(cooling(world)).filter((scope) => !scope.startsWith("model:"))).toEqual([]);
  });
});
