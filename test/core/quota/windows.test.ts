import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { windowOf, windowsOf } from "../../../src/core/quota/windows";
import { NOW } from "../../support/builders";
import { aMemory, aMoment, anyRecord, aRecordOf, DAY, HOUR, keyPlace, PACIFIC, seatPlace } from "./parts";

const key = keyPlace();
const seat = seatPlace();
const used = (count: number) => ({ ...PACIFIC, by: { w1: count } });
const limitOf = (value: number, overrides: Partial<NonNullable<QuotaRecord["limit"]>> = {}) => ({
  value,
  observedAt: NOW - HOUR,
  source: "refusal" as const,
  ...overrides,
});
const reading = { remainingFraction: 0.5, resetAt: NOW + 3 * HOUR, observedAt: NOW - HOUR, countAt: 2 };

describe("what is left in a window", () => {
  test("a refusal outranks what was read before it; a newer reading is shown beside the pause", () => {
    const refusedAt = (observedAt: number) =>
      aRecordOf(seat, { reading, refusal: { observedAt, resetAt: NOW + HOUR } });
    for (const observedAt of [NOW - HOUR, NOW]) {
      expect(windowOf(refusedAt(observedAt), NOW)).toMatchObject({ remainingFraction: 0, resetAt: NOW + HOUR });
    }
    for (const at of [NOW, NOW + HOUR]) {
      expect(windowOf(refusedAt(NOW - 2 * HOUR), at)).toMatchObject({ remainingFraction: 0.5, source: "probe" });
    }
    expect(windowOf(refusedAt(NOW - HOUR), NOW + HOUR)).toBeUndefined();
  });

  test("a refusal that was ended leaves readings as they are", () => {
    const record = aRecordOf(seat, { reading, refusal: { observedAt: NOW, resetAt: NOW } });
    expect(windowOf(record, NOW + 1)).toMatchObject({ remainingFraction: 0.5, source: "probe" });
  });

  test("a reading loses what was counted since, where the limit is known", () => {
    const count = { startsAt: NOW - 2 * HOUR, endsAt: NOW + 22 * HOUR, by: { w1: 3, w2: 9 } };
    const left = (record: Partial<QuotaRecord>) => windowOf(aRecordOf(seat, { reading, count, ...record }), NOW);
    expect(left({ limit: limitOf(100) })?.remainingFraction).toBeCloseTo(0.4, 10);
    expect(left({})?.remainingFraction).toBe(0.5);
    expect(left({ limit: limitOf(0) })).toMatchObject({ remainingFraction: 0.5 });
    expect(left({ limit: limitOf(5) })?.remainingFraction).toBe(0);
    const fresh = { reading: { ...reading, countAt: 12 }, limit: limitOf(100) };
    expect(left(fresh)?.remainingFraction).toBe(0.5);
    expect(left({ ...fresh, reading: { ...reading, countAt: 30 } })?.remainingFraction).toBe(0.5);
  });

  test("a window that has reset is full again", () => {
    const record = aRecordOf(seat, { reading: { ...reading, remainingFraction: 0 }, limit: limitOf(100) });
    expect(windowOf(record, NOW + 3 * HOUR)).toMatchObject({ remainingFraction: 1, source: "count" });
    const counted = aRecordOf(key, { limit: limitOf(20), count: used(20) });
    expect(windowOf(counted, PACIFIC.endsAt - 1)?.remainingFraction).toBe(0);
    expect(windowOf(counted, PACIFIC.endsAt)).toMatchObject({ remainingFraction: 1, resetAt: PACIFIC.endsAt + DAY });
  });

  test("a reading without a reset is of its own day", () => {
    const without = { remainingFraction: 0.5, observedAt: NOW, countAt: 0 };
    expect(windowOf(aRecordOf(key, { reading: without }), PACIFIC.endsAt - 1)).toMatchObject({
      resetAt: PACIFIC.endsAt,
    });
    expect(windowOf(aRecordOf(key, { reading: without }), PACIFIC.endsAt)).toBeUndefined();
    const atMidnight = { ...without, observedAt: PACIFIC.endsAt };
    expect(windowOf(aRecordOf(key, { reading: atMidnight }), PACIFIC.endsAt + HOUR)?.remainingFraction).toBe(0.5);
    expect(windowOf(aRecordOf(seat, { reading: without }), NOW + DAY - 1)?.resetAt).toBeUndefined();
    expect(windowOf(aRecordOf(seat, { reading: without }), NOW + DAY)).toBeUndefined();
  });

  test("the limit less what was counted; a seat's window has no end before it begins", () => {
    expect(windowOf(aRecordOf(key, { limit: limitOf(20), count: used(5) }), NOW)).toEqual({
      quotaScope: key.quotaScope,
      group: key.group,
      meter: "requests",
      period: "pacific-day",
      remainingFraction: 0.75,
      limit: 20,
      resetAt: PACIFIC.endsAt,
      observedAt: NOW - HOUR,
      source: "count",
    });
    expect(windowOf(aRecordOf(seat, { limit: limitOf(20) }), NOW)?.resetAt).toBeUndefined();
  });

  test("what is known ages: what Google named in a week, what we only counted in two days", () => {
    const after = (source: "refusal" | "probe" | "counted", ageMs: number) =>
      windowOf(aRecordOf(key, { limit: limitOf(20, { source, observedAt: NOW - ageMs }) }), NOW)?.limit;
    for (const source of ["refusal", "probe"] as const) {
      expect([after(source, 7 * DAY - 1), after(source, 7 * DAY)]).toEqual([20, undefined]);
    }
    expect([after("counted", 2 * DAY - 1), after("counted", 2 * DAY)]).toEqual([20, undefined]);
  });

  test("nothing where nothing is known, and of a minute, which each process counts alone", () => {
    expect(windowOf(aRecordOf(key, { count: used(5) }), NOW)).toBeUndefined();
    expect(windowOf(aRecordOf(key, { limit: limitOf(0), count: used(5) }), NOW)).toBeUndefined();
    expect(
      windowOf(aRecordOf(key, { period: "minute", limit: limitOf(10, { observedAt: NOW }) }), NOW),
    ).toBeUndefined();
  });

  test("is a fraction whatever was learnt, and never of a window that is over", () => {
    fc.assert(
      fc.property(fc.constantFrom(key, seat).chain(anyRecord), aMoment(), (record, now) => {
        const window = windowOf(record, now);
        if (!window) return;
        expect(window.remainingFraction).toBeWithin(0, 1 + Number.EPSILON);
        expect(window.resetAt ?? now + 1).toBeGreaterThan(now);
      }),
      { seed: 41, numRuns: 1_000 },
    );
  });
});

test("the windows of a place: those of which something is known, requests first", () => {
  const { known } = aMemory(
    aRecordOf(key, { meter: "input-tokens", limit: limitOf(1e6) }),
    aRecordOf(key, { limit: limitOf(20) }),
    aRecordOf(key, { period: "minute", limit: limitOf(5) }),
    aRecordOf(seat, { limit: limitOf(100) }),
  );
  expect(windowsOf(key, known, NOW).map(({ meter, limit }) => [meter, limit])).toEqual([
    ["requests", 20],
    ["input-tokens", 1e6],
  ]);
  expect(windowsOf(keyPlace(), new Map(), NOW)).toEqual([]);
});
