import { describe, expect, test } from "bun:test";
import { LastMinute } from "../../src/simulator/last-minute";
import { createMeter } from "../../src/simulator/quota";
import type { QuotaRule } from "../../src/simulator/scenario";

const NOON = Date.parse("2026-11-20T20:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One person's counter, and what it let pass of calls at these times. */
const person = (rule: QuotaRule) =>
  createMeter({ rulesOf: () => [rule], day: "from-first", startsAt: NOON }).of("me", "pro");
const project = (rule: QuotaRule) =>
  createMeter({ rulesOf: () => [rule], day: "pacific", startsAt: NOON }).of("side", "gemini-2.5-pro");

function passed(counter: ReturnType<typeof person>, times: readonly number[], tokens = 0): boolean[] {
  return times.map((at) => {
    const ok = counter.reached(tokens, NOON + at).length === 0;
    if (ok) counter.spend(tokens, NOON + at);
    return ok;
  });
}

describe("input tokens per minute", () => {
  test("a request passes when its tokens fit beside those of the last 60 s", () => {
    const counter = project({ tpm: 1000 });
    expect(passed(counter, [0, 10_000], 400)).toEqual([true, true]);
    expect(counter.reached(201, NOON + 20_000)).toEqual([
      { window: "minute", meter: "input-tokens", limit: 1000, freeAt: NOON + MINUTE },
    ]);
    expect(counter.reached(200, NOON + 20_000)).toEqual([]);
    expect(counter.reached(900, NOON + 20_000)[0]?.freeAt).toBe(NOON + 10_000 + MINUTE);
  });

  test("a request that is larger than the limit never passes", () => {
    const counter = project({ tpm: 1000 });
    expect(counter.reached(1001, NOON)).toMatchObject([{ limit: 1000, freeAt: NOON + MINUTE }]);
    expect(counter.reached(1001, NOON + HOUR)).toHaveLength(1);
  });

  test("who waits until the stated time is let in, under both limits of a minute", () => {
    const counter = project({ rpm: 2, tpm: 100 });
    passed(counter, [0, 5_000], 40);
    const reached = counter.reached(40, NOON + 6_000);
    expect(reached.map(({ meter }) => meter)).toEqual(["requests", "input-tokens"]);
    const freeAt = Math.max(...reached.map((one) => one.freeAt));
    expect(counter.reached(40, freeAt - 1)).not.toEqual([]);
    expect(counter.reached(40, freeAt)).toEqual([]);
  });
});

describe("windows of hours", () => {
  test("a person's day that had begun before ends when it was said to, and the next begins with its first request", () => {
    const counter = person({ rpd: 3, usedToday: 2, dayEndsInSeconds: 3600 });
    expect(counter.left(NOON)).toEqual({ limit: 3, used: 2, resetAt: NOON + HOUR });
    expect(passed(counter, [0, 1, HOUR - 1, 2 * HOUR])).toEqual([true, false, false, true]);
    expect(counter.left(NOON + 2 * HOUR)).toEqual({ limit: 3, used: 1, resetAt: NOON + 26 * HOUR });
  });

  test("what was used today counts for 24 h where no end is said", () => {
    const counter = person({ rpd: 1, usedToday: 1 });
    expect(passed(counter, [0, 24 * HOUR - 1, 24 * HOUR])).toEqual([false, false, true]);
  });

  test("five hours and a week begin with their first request, and each keeps out on its own", () => {
    const counter = person({ rp5h: 2, rpw: 3 });
    expect(passed(counter, [HOUR, HOUR, HOUR])).toEqual([true, true, false]);
    expect(counter.reached(0, NOON + HOUR)).toMatchObject([{ window: "5h", limit: 2, freeAt: NOON + 6 * HOUR }]);
    expect(passed(counter, [6 * HOUR, 6 * HOUR])).toEqual([true, false]);
    expect(counter.reached(0, NOON + 20 * HOUR)).toMatchObject([{ window: "week", freeAt: NOON + (1 + 168) * HOUR }]);
    expect(passed(counter, [169 * HOUR])).toEqual([true]);
  });

  test("every window that ends says what of it was used, also those that nobody touched", () => {
    const ended: object[] = [];
    const rulesOf = () => [{ rpd: 5 }];
    const meter = createMeter({ rulesOf, day: "pacific", startsAt: NOON, onEnd: (one) => ended.push(one) });
    passed(meter.of("side", "m"), [0, 1]);
    meter.of("side", "m").left(NOON + 40 * HOUR);
    expect(ended).toEqual([
      { window: "day", limit: 5, used: 2, endedAt: Date.parse("2026-11-21T08:00:00Z") },
      { window: "day", limit: 5, used: 0, endedAt: Date.parse("2026-11-22T08:00:00Z") },
    ]);
  });
});

test("a long run of a minute's requests is counted as if each were looked at", () => {
  const minute = new LastMinute();
  const times = Array.from({ length: 5000 }, (_, index) => NOON + index * 37);
  for (const [index, at] of times.entries()) {
    expect(minute.count(at)).toBe(times.slice(0, index).filter((other) => other > at - MINUTE).length);
    minute.add(at, 1);
  }
});
