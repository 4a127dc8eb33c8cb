import { describe, expect, test } from "bun:test";
import { KEYS, GOOGLE as TWO_KEYS } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

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

test("a login service that is down is said as that, within six calls, and counts as nobody's request", async () => {
  const faults = [{ on: { path: "token" as const }, answer: "oauth_server_error" }];
  const world = poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults } });
  for (let attempt = 0; attempt < 6; attempt++) {
    const reply = await world.clock.finish(world.start(), 60_000);
    expect(reply).toMatchObject({
      kind: "refused",
      refusal: { kind: "network", sentence: expect.stringContaining("login service") },
    });
  }
  expect(world.google.calls.length).toBeLessThanOrEqual(6);
  expect(world.state.usage(world.clock.now()).size).toBe(0);
});

test("a file that breaks while prompts go on is said once, and they go on", async () => {
  const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
  await world.ask();
  const view = { ...world.store.current(), problem: "gemini-auth.json: line 3 has a bad comma" };
  world.store.current = () => view;
  expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
  expect(await world.ask({ session: "c" })).toStartWith("200 Hello from one");
  expect(world.events.types().filter((type) => type === "storage.degraded")).toHaveLength(1);
});
