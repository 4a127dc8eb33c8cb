import { describe, expect, test } from "bun:test";
import type { FaultRule, QuotaRule, Scenario } from "../../src/simulator/scenario";
import { FAKE_START } from "../support/fake-clock";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { callsTo, HOUR, MINUTE, SECOND } from "./parts";

const PRO = "gemini-2.5-pro";
const FLASH = "gemini-2.5-flash";
/** Refused for nine hours, as often as it is asked. */
const nineHours = (calls: FaultRule["calls"] = "all"): FaultRule => ({
  on: { account: "seat", model: PRO },
  calls,
  answer: "ca_429_quota_exhausted_5h",
  with: { resetDelaySeconds: 32_400 },
});
const FIVE_USED: readonly QuotaRule[] = [{ rpd: 100, usedToday: 5 }];
const google = (faults: readonly FaultRule[], quotas = FIVE_USED): Scenario => ({
  ...GOOGLE,
  users: { worker: { quotas } },
  faults,
});
const minutesOf = (world: World, model: string) =>
  world.google.calls
    .filter(({ account, path, body }) => account === "seat" && path === "generate" && body.includes(`"${model}"`))
    .map(({ at }) => Math.round((at - FAKE_START) / MINUTE));
const readings = (world: World) => world.google.calls.filter(({ path }) => path === "quota").length;

describe("a seat refused for nine hours though Google's own reading says that something is left", () => {
  test("is tried once in ten minutes, as long as its reading is renewed by its other models, and no more", async () => {
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: google([nineHours()]) });
    for (let minute = 0; minute < 60; minute++) {
      expect(await world.ask({ session: `p${minute}` })).toStartWith("200 Hello from two");
      expect(await world.ask({ session: `f${minute}`, model: FLASH })).toStartWith("200 Hello from seat");
      await world.clock.advance(MINUTE);
    }
    const tried = minutesOf(world, PRO);
    expect(tried.length).toBeGreaterThan(2);
    expect(tried.length).toBeLessThanOrEqual(6);
    for (const [index, at] of tried.entries()) {
      if (index > 0) expect(at - (tried[index - 1] ?? 0)).toBeGreaterThanOrEqual(10);
    }
  });

  test("is back with the first try that is answered, hours early", async () => {
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: google([nineHours([1])]) });
    await world.ask({ session: "a" });
    await world.clock.advance(MINUTE);
    await world.ask({ session: "f", model: FLASH });
    await world.clock.advance(10 * MINUTE);
    for (const session of ["b", "c", "d"]) expect(await world.ask({ session })).toStartWith("200 Hello from seat");
    expect(minutesOf(world, PRO)).toEqual([0, 11, 11, 11]);
  });

  test("one of many that ask at once tries", async () => {
    const world = poolWorld({
      accounts: [seat(), key("two", { priority: 1 })],
      google: google([nineHours()]),
      latencyMs: 200,
    });
    await world.ask({ session: "a" });
    await world.clock.advance(MINUTE);
    await world.ask({ session: "f", model: FLASH });
    await world.clock.advance(10 * MINUTE);
    const many = Array.from({ length: 10 }, (_, index) => world.start({ session: `m${index}` }));
    for (const reply of await world.clock.finish(Promise.all(many))) expect(reply.kind).toBe("answered");
    expect(minutesOf(world, PRO)).toEqual([0, 11]);
  });

  test("alone, is read again in the background while nobody can answer, and tried once in ten minutes at most", async () => {
    const world = poolWorld({ accounts: [seat()], google: google([nineHours()]) });
    for (let minute = 0; minute < 60; minute++) {
      expect(await world.ask({ session: `p${minute}` })).toStartWith("refused limited");
      await world.clock.advance(MINUTE);
    }
    const tried = minutesOf(world, PRO);
    expect(tried.length).toBeLessThanOrEqual(6);
    for (const [index, at] of tried.entries()) {
      if (index > 0) expect(at - (tried[index - 1] ?? 0)).toBeGreaterThanOrEqual(10);
    }
    // Once in five minutes at most, and again after each refusal.
    expect(readings(world)).toBeLessThanOrEqual(12 + tried.length + 1);
  });
});

describe("a seat refused for nine hours", () => {
  test("whose reading is older than the refusal, is not tried at all", async () => {
    const world = poolWorld({
      accounts: [seat(), key("two", { priority: 1 })],
      google: google([nineHours({ from: 2 })]),
    });
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from seat");
    await world.clock.advance(SECOND);
    for (let hour = 0; hour < 9; hour++) {
      expect(await world.ask({ session: `h${hour}` })).toStartWith("200 Hello from two");
      await world.clock.advance(59 * MINUTE);
    }
    expect(callsTo(world, "seat").length).toBe(2);
  });

  test("whose reading says that nothing is left, is not tried, however new it is", async () => {
    const quotas = [
      { model: "pro", rpd: 100, usedToday: 100, dayEndsInSeconds: 32_400 },
      { model: "*", rpd: 100 },
    ];
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: google([], quotas) });
    for (let minute = 0; minute < 60; minute++) {
      expect(await world.ask({ session: `p${minute}` })).toStartWith("200 Hello from two");
      await world.ask({ session: `f${minute}`, model: FLASH });
      await world.clock.advance(MINUTE);
    }
    expect(minutesOf(world, PRO).length).toBeLessThanOrEqual(1);
  });
});

describe("reading what is left", () => {
  test("never delays an answer, is done once in five minutes, and fails without a trace", async () => {
    const faults: FaultRule[] = [{ on: { path: "quota" }, answer: "silent" }];
    const world = poolWorld({ accounts: [seat()], google: google(faults) });
    const began = world.clock.now();
    for (let minute = 0; minute < 10; minute++) {
      expect(await world.ask({ session: `s${minute}` })).toStartWith("200 Hello from seat");
      expect(world.clock.now() - began).toBe(minute * MINUTE);
      await world.clock.advance(MINUTE);
    }
    expect(readings(world)).toBe(2);
    expect(world.state.current().parked.size).toBe(0);
    expect(world.state.current().cooldowns.size).toBe(0);
  });

  test("lets a day's quota be used to its end: every request is answered, with one refusal at most", async () => {
    const world = poolWorld({
      accounts: [seat(), key("two", { priority: 1 })],
      google: google([], [{ model: "*", rpd: 3 }]),
    });
    for (let turn = 0; turn < 6; turn++) {
      expect(await world.ask({ session: `s${turn}` })).toStartWith("200");
      await world.clock.advance(6 * MINUTE);
    }
    const said = callsTo(world, "seat").map(({ answer }) => answer);
    expect(said.slice(0, 3)).toEqual(["ok", "ok", "ok"]);
    expect(said.length).toBeLessThanOrEqual(4);
    expect(callsTo(world, "two").length).toBe(3);
    await world.clock.advance(25 * HOUR);
    expect(await world.ask({ session: "tomorrow" })).toStartWith("200 Hello from seat");
  });
});
