import { describe, expect, test } from "bun:test";
import type { Reply } from "../../src/pool/reply";
import { aCooldown } from "../support/builders";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, told, type World } from "../support/pool-world";
import { always, callsTo, cooling, HOUR, portrait, SECOND, shown } from "./parts";

const spent = (account: string, seconds: number) =>
  always(account, "ca_429_quota_exhausted_5h", { resetDelaySeconds: seconds });

/** The key rests for so long, as another request has learnt. */
function rests(world: World, label: string, ms: number): void {
  const scope = { kind: "quota" as const, quotaScope: `gemini-api/of-${label}`, group: "gemini-2.5-pro" };
  const now = world.clock.now();
  world.state.apply([{ type: "cooldown.set", cooldown: aCooldown({ scope, since: now, until: now + ms }) }]);
}

/** How a request ends and after how much time. */
async function ends(world: World, reply: Promise<Reply>, began = world.clock.now()) {
  const said = await world.clock.finish(reply.then(told), 60 * SECOND);
  return { said, ms: world.clock.now() - began };
}

describe("all limited for four hours", () => {
  const limited = async () => {
    const google = { ...GOOGLE, faults: [spent("one", 14_400), spent("two", 18_000)] };
    const world = poolWorld({ accounts: [key("one"), key("two")], google, latencyMs: 200 });
    const began = world.clock.now();
    const first = await shown(world, await world.clock.finish(world.start({ session: "first" }), SECOND));
    return { world, first, tookMs: world.clock.now() - began };
  };

  test("opencode gets a 429 with the first time to come back, within a second", async () => {
    const { world, first, tookMs } = await limited();
    expect(tookMs).toBeLessThanOrEqual(SECOND);
    expect(first).toMatchObject({ status: 429, text: expect.stringContaining("First free: one, 16:00") });
    expect(Math.abs((first.retryAfterMs ?? 0) - 14_400 * SECOND)).toBeLessThanOrEqual(SECOND);
    expect(callsTo(world, "one").length + callsTo(world, "two").length).toBe(2);
  });

  test("the next request is told at once, without a call, with exactly what is left", async () => {
    const { world } = await limited();
    await world.clock.advance(1_800 * SECOND);
    const calls = world.google.calls.length;
    const now = world.clock.now();
    const next = await shown(world, await world.clock.finish(world.start({ session: "next" }), 0));
    const until = portrait(world).nextAvailableAt ?? 0;
    expect(next).toMatchObject({ status: 429, retryAfterMs: until - now });
    expect(next.retryAfter).toBe(String(Math.ceil((until - now) / SECOND)));
    expect(world.google.calls.length).toBe(calls);
    expect(world.clock.now()).toBe(now);
  });

  test("opencode run, which would wait without a word, gets a 400 that names the clock time", async () => {
    const { world } = await limited();
    const reply = await world.clock.finish(world.start({ session: "run" }), 0);
    const answer = await shown(world, reply, { isRun: true });
    expect(answer).toMatchObject({ status: 400, retryAfter: null, text: expect.stringContaining("16:00") });
  });

  test("and at that time it answers", async () => {
    const google = { ...GOOGLE, faults: [{ ...spent("one", 14_400), calls: [1] }, spent("two", 18_000)] };
    const world = poolWorld({ accounts: [key("one"), key("two")], google });
    expect(await world.ask()).toBe("refused limited until 16:00:00");
    await world.clock.advance(14_400 * SECOND);
    expect(await world.ask()).toStartWith("200 Hello from one");
  });
});

describe("a disabled account", () => {
  test("never drives a wait, however soon it would be back", async () => {
    const world = poolWorld({ accounts: [key("one", { enabled: false }), key("two")], google: GOOGLE });
    rests(world, "one", SECOND);
    rests(world, "two", 4 * HOUR);
    expect(await ends(world, world.start())).toEqual({ said: "refused limited until 16:00:00", ms: 0 });
    expect(world.google.calls.length).toBe(0);
  });

  test("nor does a parked one", async () => {
    const google = { ...GOOGLE, faults: [always("one", "gl_403_key_leaked")] };
    const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google });
    await world.ask();
    rests(world, "one", SECOND);
    rests(world, "two", 4 * HOUR);
    expect(await ends(world, world.start())).toEqual({ said: "refused limited until 16:00:00", ms: 0 });
  });
});

describe("a wait of two seconds or less", () => {
  test("is waited for, to the moment", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    rests(world, "one", 1_900);
    expect(await ends(world, world.start())).toMatchObject({
      said: expect.stringMatching(/^200 Hello from one/),
      ms: 1_900,
    });
    expect(callsTo(world, "one").length).toBe(1);
  });

  test("of more than two seconds is not", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    rests(world, "one", 2_100);
    expect(await ends(world, world.start())).toMatchObject({ said: "refused limited until 12:00:02", ms: 0 });
  });

  test("ends at once when an account is added", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    rests(world, "one", 2_000);
    const began = world.clock.now();
    const reply = world.start();
    await world.clock.advance(700);
    world.store.set([key("one"), key("two")]);
    expect(await ends(world, reply, began)).toMatchObject({
      said: expect.stringMatching(/^200 Hello from two/),
      ms: 700,
    });
    expect(callsTo(world, "one").length).toBe(0);
  });

  test("ends at once when an account is switched on", async () => {
    const world = poolWorld({ accounts: [key("one"), key("two", { enabled: false })], google: GOOGLE });
    rests(world, "one", 2_000);
    const began = world.clock.now();
    const reply = world.start();
    await world.clock.advance(300);
    world.store.set([key("one"), key("two")]);
    const { said, ms } = await ends(world, reply, began);
    expect(said).toStartWith("200 Hello from two");
    expect(ms).toBe(300);
  });

  test("for another's probe ends with that probe's answer", async () => {
    const faults = [{ on: { account: "one" }, calls: [1], answer: "gl_429_bare" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults }, latencyMs: 300 });
    await world.ask({ session: "first" });
    await world.clock.advance(10 * SECOND);
    const began = world.clock.now();
    const both = ["a", "b"].map((session) => world.start({ session }).then(told));
    for (const said of await world.clock.finish(Promise.all(both))) expect(said).toStartWith("200 Hello from one");
    expect(callsTo(world, "one").map(({ at }) => at - began)).toEqual([-10_300, 0, 300]);
  });

  test("that Google states to a new conversation with nobody else to ask ends within a second of an account's coming", async () => {
    const faults = [
      {
        on: { account: "one" },
        calls: [1],
        answer: "ca_429_rate_limit_exceeded_no_retryinfo",
        with: { resetDelaySeconds: 2 },
      },
    ];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    const reply = world.start();
    await world.clock.advance(300);
    world.store.set([key("one"), key("two")]);
    const added = world.clock.now();
    const { said, ms } = await ends(world, reply, added);
    expect(said).toStartWith("200 Hello from");
    expect(ms).toBeLessThanOrEqual(SECOND);
  });

  test("for a busy model ends at once when another service is there", async () => {
    const google = { ...GOOGLE, faults: [always("one", "gl_503_overloaded")] };
    const world = poolWorld({ accounts: [key("one")], google, random: 0.999 });
    const reply = world.start();
    await world.clock.advance(4_000);
    world.store.set([key("one"), seat()]);
    const { said, ms } = await ends(world, reply);
    expect(said).toStartWith("200 Hello from seat");
    expect(ms).toBeLessThanOrEqual(SECOND);
  });

  test("many of them together stay below thirty seconds in one request", async () => {
    const changes = { resetDelaySeconds: 2 };
    const google = { ...GOOGLE, faults: [{ answer: "ca_429_rate_limit_exceeded_no_retryinfo", with: changes }] };
    const world = poolWorld({ accounts: [key("one"), key("two")], google });
    const { ms } = await ends(world, world.start());
    expect(ms).toBeLessThanOrEqual(30 * SECOND);
    expect(world.google.said().length).toBeLessThanOrEqual(4);
    expect(Object.values(cooling(world)).every((rest) => rest.startsWith("rate-limit"))).toBeTrue();
  });
});
