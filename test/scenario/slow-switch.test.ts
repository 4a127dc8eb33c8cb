import { describe, expect, test } from "bun:test";
import { KEYS, GOOGLE as TWO_KEYS } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { always, callsTo, googleLimits, googleWith, labelled, poolKeys, SECOND } from "./parts";

const GOOGLE = { ...TWO_KEYS, accounts: [...TWO_KEYS.accounts, { label: "three", key: KEYS.three }] };

/** Milliseconds until the first byte of the answer, and who gave it. */
async function firstByte(world: World, session = "ses-1"): Promise<{ ms: number; by: string | undefined }> {
  const began = world.clock.now();
  const reply = await world.clock.finish(world.start({ session }), 60 * SECOND);
  if (reply.kind !== "answered") throw new Error(`not answered: ${JSON.stringify(reply)}`);
  const { value } = (await reply.response.body?.getReader().read()) ?? {};
  expect(value?.byteLength).toBeGreaterThan(0);
  return { ms: world.clock.now() - began, by: world.google.calls.findLast(({ path }) => path === "generate")?.account };
}

describe("a refusal with another account free", () => {
  const OF_KEYS = [
    "gl_429_bare",
    "gl_429_help_only",
    "gl_429_free_rpm",
    "gl_429_free_rpd",
    "gl_429_free_input_tpm",
    "gl_429_free_multi",
    "gl_429_spend_cap",
    "gl_429_legacy_rate_limit",
  ];
  const OF_SEATS = [
    "ca_429_bare_resource_exhausted",
    "ca_429_individual_quota",
    "ca_429_insufficient_g1_credits",
    "ca_429_quota_exhausted_5h",
    "ca_429_quota_exhausted_days",
    "ca_429_2025_per_user_per_tier",
  ];

  for (const answer of OF_KEYS) {
    test(`${answer}: the first byte of the other within 200 ms, without any sleep`, async () => {
      const google = { ...GOOGLE, faults: [always("one", answer)] };
      const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google, latencyMs: 60 });
      expect(await firstByte(world)).toEqual({ ms: 120, by: "two" });
      expect(world.clock.slept).toEqual([]);
      expect(callsTo(world, "one").length).toBe(1);
    });
  }

  for (const answer of OF_SEATS) {
    test(`${answer}: the same from a seat to a key`, async () => {
      const google = { ...GOOGLE, faults: [always("seat", answer)] };
      const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google, latencyMs: 60 });
      // The seat's token is refreshed first: one more way to Google and back.
      expect(await firstByte(world)).toEqual({ ms: 180, by: "two" });
      expect(world.clock.slept).toEqual([]);
    });
  }

  test("a stated wait of two seconds is sat out where the conversation lives, and nowhere else", async () => {
    const wait = { resetDelaySeconds: 2 };
    const faults = [
      { on: { account: "one" }, calls: [2, 4], answer: "ca_429_rate_limit_exceeded_no_retryinfo", with: wait },
    ];
    const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await firstByte(world, "home")).toEqual({ ms: 0, by: "one" });
    expect(await firstByte(world, "home")).toEqual({ ms: 2_000, by: "one" });
    expect(await firstByte(world, "new")).toEqual({ ms: 0, by: "two" });
  });

  test("a stated wait of more than two seconds is not sat out, not even where the conversation lives", async () => {
    const wait = { resetDelaySeconds: 3 };
    const faults = [
      { on: { account: "one" }, calls: [2], answer: "ca_429_rate_limit_exceeded_no_retryinfo", with: wait },
    ];
    const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    await firstByte(world);
    expect(await firstByte(world)).toEqual({ ms: 0, by: "two" });
  });
});

describe("nearly everybody exhausted", () => {
  test("4 of 5: the fifth answers within a second", async () => {
    const labels = labelled(5);
    const faults = labels.slice(0, 4).map((label) => always(label, "gl_429_free_rpd"));
    const world = poolWorld({ accounts: poolKeys(labels), google: googleWith(labels, faults), latencyMs: 150 });
    expect(await firstByte(world)).toEqual({ ms: 5 * 150, by: "k5" });
    expect(world.google.said().length).toBe(5);
  });

  test("4 of 5, and the next request asks the fifth alone", async () => {
    const labels = labelled(5);
    const faults = labels.slice(0, 4).map((label) => always(label, "gl_429_free_rpd"));
    const world = poolWorld({ accounts: poolKeys(labels), google: googleWith(labels, faults), latencyMs: 150 });
    await firstByte(world);
    expect(await firstByte(world, "ses-2")).toEqual({ ms: 150, by: "k5" });
  });

  test("15 of 16, each refused by a limit that is really reached: the sixteenth answers", async () => {
    const labels = labelled(16);
    const spent = [{ rpd: 20, usedToday: 20 }];
    const google = googleLimits(Object.fromEntries(labels.map((label) => [label, label === "k16" ? [] : spent])));
    const world = poolWorld({ accounts: poolKeys(labels), google, latencyMs: 50 });
    expect(await firstByte(world)).toEqual({ ms: 16 * 50, by: "k16" });
    expect(world.google.said().filter((said) => said.endsWith("quota-day")).length).toBe(15);
    expect(world.clock.slept).toEqual([]);
  });

  test("15 of 16 after a day of other repeats: leaving a benched account costs no budget", async () => {
    const labels = labelled(16);
    const faults = labels.slice(0, 15).map((label) => always(label, "gl_429_free_rpd"));
    const broken = { on: { model: "gemini-2.5-flash" }, answer: "gl_503_overloaded" };
    const google = googleWith(labels, [broken, ...faults]);
    const world = poolWorld({ accounts: poolKeys(labels), google });
    // Ten repeats are all a process has: these use them up.
    await Promise.all(
      ["a", "b", "c", "d"].map((session) => world.clock.finish(world.start({ session, model: "gemini-2.5-flash" }))),
    );
    expect((await firstByte(world)).by).toBe("k16");
  });
});
