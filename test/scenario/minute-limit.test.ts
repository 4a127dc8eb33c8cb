import { describe, expect, test } from "bun:test";
import { poolWorld, told, type World } from "../support/pool-world";
import { callsTo, googleLimits, labelled, MINUTE, poolKeys, SECOND, shown } from "./parts";

let session = 0;
const ask = (world: World) => world.ask({ session: `s${session++}` });
const refusals = (world: World, label: string) => callsTo(world, label).filter(({ answer }) => answer !== "ok").length;

/** The most calls that were answered within any sixty seconds. */
function mostInAMinute(world: World, label: string): number {
  const at = callsTo(world, label).flatMap((call) => (call.answer === "ok" ? [call.at] : []));
  return Math.max(...at.map((end) => at.filter((each) => each > end - MINUTE && each <= end).length));
}

describe("a limit of five requests a minute", () => {
  test("is met once; from then on the pool itself never asks for more than five in any sixty seconds", async () => {
    const world = poolWorld({ accounts: poolKeys(["k1"]), google: googleLimits({ k1: [{ rpm: 5 }] }) });
    let answered = 0;
    for (let turn = 0; turn < 20 * 60; turn++) {
      if ((await ask(world)).startsWith("200")) answered++;
      await world.clock.advance(SECOND);
    }
    expect(refusals(world, "k1")).toBe(1);
    expect(mostInAMinute(world, "k1")).toBeLessThanOrEqual(5);
    // Twenty minutes of five are there; what the pool leaves for safety is a few.
    expect(answered).toBeGreaterThanOrEqual(95);
  });

  test("of each of three projects: demand is spread, one refusal each, and no error while there is room", async () => {
    const labels = labelled(3);
    const limits = Object.fromEntries(labels.map((label) => [label, [{ rpm: 5 }]]));
    const world = poolWorld({ accounts: poolKeys(labels), google: googleLimits(limits) });
    const said: string[] = [];
    // Fourteen a minute, where fifteen fit.
    for (let turn = 0; turn < 14 * 10; turn++) {
      said.push(await ask(world));
      await world.clock.advance(MINUTE / 14);
    }
    expect(said.filter((each) => !each.startsWith("200"))).toEqual([]);
    for (const label of labels) {
      expect(refusals(world, label)).toBeLessThanOrEqual(1);
      expect(mostInAMinute(world, label)).toBeLessThanOrEqual(5);
    }
  });

  test("holds for a burst too: twelve at once after it was learnt are five calls, and the rest is told when", async () => {
    const world = poolWorld({ accounts: poolKeys(["k1"]), google: googleLimits({ k1: [{ rpm: 5 }] }), latencyMs: 400 });
    for (let turn = 0; turn < 6; turn++) await ask(world);
    await world.clock.advance(5 * MINUTE);
    const before = callsTo(world, "k1").length;
    const burst = Array.from({ length: 12 }, () => world.start({ session: `b${session++}` }));
    const replies = await world.clock.finish(Promise.all(burst));
    expect(callsTo(world, "k1").length - before).toBe(5);
    expect(refusals(world, "k1")).toBe(1);
    const refused = replies.find(({ kind }) => kind === "refused");
    if (!refused) throw new Error("nobody was refused");
    const answer = await shown(world, refused);
    expect(answer.status).toBe(429);
    expect(answer.retryAfterMs).toBeLessThanOrEqual(MINUTE + SECOND);
  });

  test("a conversation whose minute is full moves to another account instead of waiting", async () => {
    const world = poolWorld({ accounts: poolKeys(["k1", "k2"]), google: googleLimits({ k1: [{ rpm: 5 }], k2: [] }) });
    const said: string[] = [];
    for (let turn = 0; turn < 12; turn++) said.push(await world.ask({ session: "home", body: bodyOf(turn) }));
    expect(said.every((each) => each.startsWith("200"))).toBeTrue();
    expect(world.clock.slept).toEqual([]);
    expect(refusals(world, "k1")).toBeLessThanOrEqual(1);
  });
});

const bodyOf = (turn: number, chars = 40) => ({
  contents: [{ role: "user", parts: [{ text: `turn ${turn} ${"x".repeat(chars)}` }] }],
});

describe("a limit of input tokens a minute", () => {
  const LIMITS = { k1: [{ tpm: 2_000 }], k2: [] };
  const learnt = async (limits: Parameters<typeof googleLimits>[0], accounts: Parameters<typeof poolKeys>[0]) => {
    const world = poolWorld({ accounts: poolKeys(accounts), google: googleLimits(limits) });
    // 1,500 tokens pass, the next 1,500 are refused: now the limit is known.
    for (let turn = 0; turn < 2; turn++) await world.ask({ session: "home", body: bodyOf(turn, 6_000) });
    await world.clock.advance(3 * MINUTE);
    return world;
  };

  test("a request that is larger than all of it is not sent there, and another account answers", async () => {
    const world = await learnt(LIMITS, ["k1", "k2"]);
    const before = callsTo(world, "k1").length;
    expect(refusals(world, "k1")).toBe(1);
    for (let turn = 0; turn < 3; turn++) {
      expect(await world.ask({ session: `large${turn}`, body: bodyOf(turn, 20_000) })).toStartWith("200 Hello from k2");
    }
    expect(callsTo(world, "k1").length).toBe(before);
  });

  test("one that fits is sent there still", async () => {
    const world = await learnt({ k1: [{ tpm: 2_000 }] }, ["k1"]);
    expect(await world.ask({ session: "small", body: bodyOf(1, 2_000) })).toStartWith("200 Hello from k1");
  });

  test("larger than anybody's is said as that, without a call, and not as a countdown", async () => {
    const world = await learnt({ k1: [{ tpm: 2_000 }] }, ["k1"]);
    const before = world.google.said().length;
    const reply = await world.clock.finish(world.start({ session: "large", body: bodyOf(1, 20_000) }));
    const answer = await shown(world, reply);
    expect(answer).toMatchObject({ status: 400, retryAfter: null, text: expect.stringContaining("2,000 tokens") });
    expect(world.google.said().length).toBe(before);
  });

  test("many that together exceed it are spread over the minutes: one refusal in ten", async () => {
    const world = poolWorld({ accounts: poolKeys(["k1"]), google: googleLimits({ k1: [{ tpm: 2_000 }] }) });
    let answered = 0;
    for (let turn = 0; turn < 120; turn++) {
      const said = world.start({ session: `t${turn}`, body: bodyOf(turn, 1_700) }).then(told);
      if ((await world.clock.finish(said)).startsWith("200")) answered++;
      await world.clock.advance(5 * SECOND);
    }
    expect(refusals(world, "k1")).toBeLessThanOrEqual(1);
    // Four of these fit into a minute.
    expect(answered).toBeGreaterThanOrEqual(36);
  });
});

describe("a limit that one key has met, presumed of keys like it", () => {
  /** A question every 150 ms, each answered or refused after 700: five are on their way at any time. */
  async function crowd(limits: Readonly<Record<string, number>>) {
    const labels = Object.keys(limits);
    const google = googleLimits(Object.fromEntries(labels.map((label) => [label, [{ rpm: limits[label] ?? 0 }]])));
    const world = poolWorld({ accounts: poolKeys(labels), google, latencyMs: 700 });
    const asked: Promise<string>[] = [];
    for (let turn = 0; turn < 120; turn++) {
      asked.push(ask(world));
      await world.clock.advance(150);
    }
    return { world, said: await world.clock.finish(Promise.all(asked)) };
  }

  test("is run into once by each of five keys, though five calls are on their way at any time", async () => {
    const { world } = await crowd({ k1: 10, k2: 10, k3: 10, k4: 10, k5: 10 });
    const refused = labelled(5).map((label) => refusals(world, label));
    expect(refused).toEqual([1, 1, 1, 1, 1]);
  });

  test("holds back no key that has more: it is asked on, nobody is told to come back, and one call shows it", async () => {
    const { world, said } = await crowd({ k1: 10, k2: 1_000 });
    expect(said.filter((each) => !each.startsWith("200"))).toEqual([]);
    expect(refusals(world, "k2")).toBe(0);
    expect(callsTo(world, "k2").length).toBeGreaterThanOrEqual(100);
  });
});
