import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createMinuteMeter } from "../../../src/core/quota/sliding";
import { NOW } from "../../support/builders";
import { HOUR, MINUTE } from "./parts";

const HERE = { requestsMinute: "here" };
const THERE = { requestsMinute: "there" };
/** A call counts a minute and the time it may take to arrive. */
const SPAN = MINUTE + 250;

describe("what was sent within the last minute", () => {
  test("a call counts from the moment it is sent, by place, until a minute later", () => {
    const meter = createMinuteMeter();
    meter.hold(HERE, 100, NOW);
    meter.hold(HERE, 50, NOW + 10_000);
    expect([meter.requests(HERE, NOW + 10_000), meter.tokens(HERE, NOW + 10_000)]).toEqual([2, 150]);
    expect([meter.requests(THERE, NOW), meter.tokens(THERE, NOW)]).toEqual([0, 0]);
    expect(meter.requests(HERE, NOW + SPAN - 1)).toBe(2);
    expect([meter.requests(HERE, NOW + SPAN), meter.tokens(HERE, NOW + SPAN)]).toEqual([1, 50]);
    expect(meter.requests(HERE, NOW + 10_000 + SPAN)).toBe(0);
  });

  test("what Google counted replaces the estimate; what it did not count is taken off", () => {
    const meter = createMinuteMeter();
    const [first, second, third] = [1, 2, 3].map((each) => meter.hold(HERE, each * 100, NOW + each));
    first?.settle(40);
    second?.cancel();
    third?.settle();
    expect([meter.requests(HERE, NOW + 5), meter.tokens(HERE, NOW + 5)]).toEqual([2, 340]);
  });

  test("a call is settled once: what comes later, or after its minute, changes nothing", () => {
    const meter = createMinuteMeter();
    const settled = meter.hold(HERE, 100, NOW);
    const cancelled = meter.hold(HERE, 100, NOW);
    const late = meter.hold(HERE, 100, NOW);
    settled.settle(60);
    settled.cancel();
    settled.settle(1);
    cancelled.cancel();
    cancelled.cancel();
    cancelled.settle(900);
    expect([meter.requests(HERE, NOW), meter.tokens(HERE, NOW)]).toEqual([2, 160]);
    expect(meter.requests(HERE, NOW + SPAN)).toBe(0);
    late.settle(500);
    late.cancel();
    expect([meter.requests(HERE, NOW + SPAN), meter.tokens(HERE, NOW + SPAN)]).toEqual([0, 0]);
  });

  test("what is taken off after its minute was not there any more", () => {
    const meter = createMinuteMeter();
    const late = meter.hold(HERE, 100, NOW);
    meter.hold(HERE, 30, NOW + 10_000);
    expect(meter.requests(HERE, NOW + SPAN)).toBe(1);
    late.cancel();
    expect([meter.requests(HERE, NOW + SPAN), meter.tokens(HERE, NOW + SPAN)]).toEqual([1, 30]);
  });

  test("nonsense for tokens counts as none", () => {
    const meter = createMinuteMeter();
    for (const tokens of [Number.NaN, -5, Number.POSITIVE_INFINITY]) meter.hold(HERE, tokens, NOW).settle(tokens);
    expect([meter.requests(HERE, NOW), meter.tokens(HERE, NOW)]).toEqual([3, 0]);
  });
});

describe("when one more call fits", () => {
  const filled = (...ages: number[]) => {
    const meter = createMinuteMeter();
    for (const age of ages) meter.hold(HERE, 100, NOW - age);
    return meter;
  };

  test("now, where there is room or no limit is known", () => {
    const meter = filled(3_000, 2_000);
    expect(meter.freeAt(HERE, { requests: 3 }, 1, NOW)).toBeUndefined();
    expect(meter.freeAt(HERE, { tokens: 300 }, 100, NOW)).toBeUndefined();
    expect(meter.freeAt(HERE, {}, 1e9, NOW)).toBeUndefined();
    expect(meter.freeAt(HERE, { requests: 0, tokens: 0 }, 1, NOW)).toBeUndefined();
    expect(meter.freeAt(HERE, { requests: 2.9 }, 1, NOW)).toBe(NOW - 3_000 + SPAN);
    expect(meter.freeAt(THERE, { requests: 1 }, 1, NOW)).toBeUndefined();
  });

  test("once the oldest has left", () => {
    expect(filled(3_000, 2_000).freeAt(HERE, { requests: 2 }, 1, NOW)).toBe(NOW - 3_000 + SPAN);
    expect(filled(3_000, 2_000).freeAt(HERE, { requests: 1 }, 1, NOW)).toBe(NOW - 2_000 + SPAN);
  });

  test("once enough tokens have left, and the later of both limits", () => {
    const meter = filled(3_000, 2_000, 1_000);
    expect(meter.freeAt(HERE, { tokens: 300 }, 101, NOW)).toBe(NOW - 2_000 + SPAN);
    expect(meter.freeAt(HERE, { tokens: 300, requests: 3 }, 201, NOW)).toBe(NOW - 1_000 + SPAN);
    expect(meter.freeAt(HERE, { tokens: 300, requests: 1 }, 1, NOW)).toBe(NOW - 1_000 + SPAN);
  });

  test("more than the whole limit fits once nothing else is there", () => {
    expect(filled(3_000).freeAt(HERE, { tokens: 300 }, 5_000, NOW)).toBe(NOW - 3_000 + SPAN);
    expect(filled(3_000).freeAt(HERE, { tokens: 300 }, 5_000, NOW + MINUTE)).toBeUndefined();
  });

  test("calls that were taken off hold nobody up", () => {
    const meter = createMinuteMeter();
    const taken = meter.hold(HERE, 100, NOW - 5_000);
    meter.hold(HERE, 100, NOW - 4_000);
    meter.hold(HERE, 100, NOW - 3_000);
    taken.cancel();
    expect(meter.freeAt(HERE, { requests: 3 }, 1, NOW)).toBeUndefined();
    expect(meter.freeAt(HERE, { requests: 2 }, 1, NOW)).toBe(NOW - 4_000 + SPAN);
  });
});

describe("a meter that runs for long", () => {
  test("forgets places that nobody uses, and stays as small", () => {
    const meter = createMinuteMeter();
    for (let place = 0; place < 500; place++) meter.hold({ requestsMinute: `p${place}` }, 1, NOW);
    expect(meter.placeCount()).toBe(500);
    meter.hold(HERE, 1, NOW + 2 * MINUTE);
    expect(meter.placeCount()).toBe(1);
  });

  test("counts right after many thousand calls", () => {
    const meter = createMinuteMeter();
    for (let call = 0; call < 20_000; call++) meter.hold(HERE, 2, NOW + call * 100);
    const last = NOW + 19_999 * 100;
    expect(meter.requests(HERE, last)).toBe(603);
    expect(meter.tokens(HERE, last)).toBe(2 * meter.requests(HERE, last));
  });

  test("a clock that is set back by an hour does not hold calls up for an hour", () => {
    const meter = createMinuteMeter();
    meter.hold(HERE, 1, NOW);
    const freeAt = meter.freeAt(HERE, { requests: 1 }, 1, NOW - HOUR) ?? 0;
    expect(freeAt).toBe(NOW - HOUR + SPAN);
    meter.hold(HERE, 1, NOW - HOUR + 5);
    expect(meter.requests(HERE, NOW - HOUR + SPAN)).toBe(1);
  });

  const someSteps = fc.array(
    fc.record({
      pauseMs: fc.integer({ min: 0, max: 9_000 }),
      tokens: fc.integer({ min: 0, max: 500 }),
      ends: fc.constantFrom("settled", "cancelled", "open"),
      counted: fc.integer({ min: 0, max: 500 }),
    }),
    { maxLength: 80 },
  );

  test("whoever asks before he sends never gets more through than fits into any 60 s, and nothing becomes negative", () => {
    fc.assert(
      fc.property(someSteps, fc.integer({ min: 1, max: 9 }), (steps, limit) => {
        const meter = createMinuteMeter();
        const sent: number[] = [];
        let now = NOW;
        for (const step of steps) {
          now = meter.freeAt(HERE, { requests: limit }, step.tokens, now + step.pauseMs) ?? now + step.pauseMs;
          const held = meter.hold(HERE, step.tokens, now);
          if (step.ends === "cancelled") held.cancel();
          else sent.push(now);
          if (step.ends === "settled") held.settle(step.counted);
          expect(meter.requests(HERE, now)).toBeWithin(0, limit + 1);
          expect(meter.tokens(HERE, now)).toBeGreaterThanOrEqual(0);
        }
        for (const at of sent) {
          expect(sent.filter((other) => other > at - MINUTE && other <= at).length).toBeLessThanOrEqual(limit);
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  test("the same for tokens, but for a call that is too large by itself", () => {
    fc.assert(
      fc.property(someSteps, fc.integer({ min: 100, max: 900 }), (steps, limit) => {
        const meter = createMinuteMeter();
        const sent: { at: number; tokens: number }[] = [];
        let now = NOW;
        for (const { pauseMs, tokens } of steps) {
          now = meter.freeAt(HERE, { tokens: limit }, tokens, now + pauseMs) ?? now + pauseMs;
          meter.hold(HERE, tokens, now);
          sent.push({ at: now, tokens });
        }
        for (const { at } of sent) {
          const minute = sent.filter((other) => other.at > at - MINUTE && other.at <= at);
          const sum = minute.reduce((total, { tokens }) => total + tokens, 0);
          const largest = Math.max(...minute.map(({ tokens }) => tokens));
          expect(sum).toBeLessThanOrEqual(Math.max(limit, largest));
        }
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});
