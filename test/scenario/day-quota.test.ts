import { describe, expect, test } from "bun:test";
import { FAKE_START } from "../support/fake-clock";
import { poolWorld, told, type World } from "../support/pool-world";
import { callsTo, cooling, googleLimits, HOUR, labelled, MINUTE, poolKeys, SECOND, secondsOf } from "./parts";

/** Midnight in California after the clock's start, 12:00 UTC in November. */
const MIDNIGHT = Date.UTC(2026, 10, 21, 8);
const SPENT = [{ rpd: 20, usedToday: 20 }];

/** A key whose day is spent, though Google says to come back in 36 s, and perhaps one that is free. */
const world = (others: readonly string[] = []) =>
  poolWorld({
    accounts: [...poolKeys(["k1"]), ...poolKeys(others, { priority: 1 })],
    google: { ...googleLimits({ k1: SPENT, k2: [] }), dayRetrySeconds: 36 },
  });
let session = 0;
const ask = (pool: World) => pool.ask({ session: `s${session++}` });

describe("a limit per day with a RetryInfo of 36 s", () => {
  test("earns one probe after 36 s, and then rests until midnight in California", async () => {
    const pool = world();
    while (pool.clock.now() < MIDNIGHT) {
      expect(await ask(pool)).toStartWith("refused limited");
      await pool.clock.advance(pool.clock.now() < FAKE_START + 2 * MINUTE ? 4 * SECOND : 10 * MINUTE);
    }
    expect(secondsOf(pool, "k1", FAKE_START)).toEqual([0, 36]);
    expect(cooling(pool)).toEqual({});
    expect(await ask(pool)).toStartWith("200 Hello from k1");
  });

  test("is probed by one of many that ask at once", async () => {
    const pool = world();
    await ask(pool);
    await pool.clock.advance(36 * SECOND);
    const many = Array.from({ length: 12 }, () => pool.start({ session: `p${session++}` }).then(told));
    for (const said of await pool.clock.finish(Promise.all(many))) expect(said).toBe("refused limited until 08:00:00");
    expect(callsTo(pool, "k1").length).toBe(2);
    const untilMidnight = (MIDNIGHT - pool.clock.now()) / SECOND;
    expect(cooling(pool)).toEqual({ "quota:gemini-api/of-k1:gemini-2.5-pro": `daily-quota ${untilMidnight} s` });
  });

  test("costs nobody a detour while another account can answer, all day", async () => {
    const pool = world(["k2"]);
    while (pool.clock.now() < MIDNIGHT) {
      expect(await ask(pool)).toStartWith("200 Hello from k2");
      await pool.clock.advance(pool.clock.now() < FAKE_START + 2 * MINUTE ? 4 * SECOND : 10 * MINUTE);
    }
    expect(callsTo(pool, "k1").length).toBeLessThanOrEqual(2);
    expect(await ask(pool)).toStartWith("200 Hello from k1");
  });

  test("that really was about 36 s is over with the probe", async () => {
    const faults = [{ on: { account: "k1" }, calls: [1], answer: "gl_429_free_rpd", with: { retryDelaySeconds: 36 } }];
    const pool = poolWorld({ accounts: poolKeys(["k1"]), google: { ...googleLimits({ k1: [] }), faults } });
    expect(await ask(pool)).toBe("refused limited until 12:00:36");
    await pool.clock.advance(36 * SECOND);
    for (let turn = 0; turn < 3; turn++) expect(await ask(pool)).toStartWith("200 Hello from k1");
  });

  test("the host of the only key is told 36 s, then midnight, and once nothing is left asks no more", async () => {
    const pool = poolWorld({
      accounts: poolKeys(["k1"]),
      google: { ...googleLimits({ k1: SPENT }), dayRetrySeconds: 36 },
    });
    expect(await ask(pool)).toBe("refused limited until 12:00:36");
    await pool.clock.advance(36 * SECOND);
    for (let turn = 0; turn < 5; turn++) expect(await ask(pool)).toBe("refused limited until 08:00:00");
    expect(callsTo(pool, "k1").length).toBe(2);
  });

  test("the next day the same story is told again: one refusal, one probe", async () => {
    const pool = poolWorld({
      accounts: [...poolKeys(["k1"]), ...poolKeys(["k2"], { priority: 1 })],
      google: { ...googleLimits({ k1: [{ rpd: 3, usedToday: 3 }], k2: [] }), dayRetrySeconds: 36 },
    });
    await ask(pool);
    await pool.clock.advance(36 * SECOND);
    await ask(pool);
    await pool.clock.advance(MIDNIGHT - pool.clock.now());
    for (let turn = 0; turn < 40; turn++) {
      expect(await ask(pool)).toStartWith("200");
      await pool.clock.advance(10 * SECOND);
    }
    const today = callsTo(pool, "k1").filter(({ at }) => at >= MIDNIGHT);
    expect(today.map(({ answer }) => answer).filter((answer) => answer === "ok").length).toBe(3);
    expect(today.filter(({ answer }) => answer !== "ok").length).toBeLessThanOrEqual(2);
  });
});

describe("a limit per day that was learnt", () => {
  test("is kept below the next day: not one more refusal", async () => {
    const pool = poolWorld({
      accounts: [...poolKeys(["k1"]), ...poolKeys(["k2"], { priority: 1 })],
      google: googleLimits({ k1: [{ rpd: 10 }], k2: [] }),
    });
    const dayOf = async (end: number) => {
      const from = pool.clock.now();
      for (let turn = 0; turn < 20; turn++) {
        expect(await ask(pool)).toStartWith("200");
        await pool.clock.advance(MINUTE);
      }
      await pool.clock.advance(end - pool.clock.now());
      const calls = callsTo(pool, "k1").filter(({ at }) => at >= from);
      return [
        calls.filter(({ answer }) => answer === "ok").length,
        calls.filter(({ answer }) => answer !== "ok").length,
      ];
    };
    expect(await dayOf(MIDNIGHT)).toEqual([10, 1]);
    expect(await dayOf(MIDNIGHT + 24 * HOUR)).toEqual([10, 0]);
  });

  test("of every key: when all are out, the pool says so without a call", async () => {
    const labels = labelled(3);
    const limits = Object.fromEntries(labels.map((label) => [label, [{ rpd: 2 }]]));
    const pool = poolWorld({ accounts: poolKeys(labels), google: googleLimits(limits) });
    const said: string[] = [];
    for (let turn = 0; turn < 10; turn++) said.push((await ask(pool)).slice(0, 35));
    expect(said.filter((each) => each.startsWith("200")).length).toBe(6);
    expect(said.slice(6)).toEqual(Array(4).fill("refused limited until 08:00:00"));
    expect(pool.google.said().length).toBe(6 + 3);
  });
});
