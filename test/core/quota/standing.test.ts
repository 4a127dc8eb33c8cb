import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { QuotaPlace } from "../../../src/core/quota/place";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { createMinuteMeter } from "../../../src/core/quota/sliding";
import { standingOf } from "../../../src/core/quota/standing";
import { NOW } from "../../support/builders";
import { aDemand, aMemory, aMoment, anyRecord, aRecordOf, HOUR, keyPlace, MINUTE, PACIFIC, seatPlace } from "./parts";

const key = keyPlace();
const seat = seatPlace();
const meter = createMinuteMeter();
const limitOf = (value: number, observedAt = NOW - MINUTE) => ({ value, observedAt, source: "refusal" as const });
const used = (count: number) => ({ ...PACIFIC, by: { w1: count } });

const stands = (
  records: readonly QuotaRecord[],
  demand: Parameters<typeof aDemand>[0] = {},
  place: QuotaPlace = key,
  on = meter,
) => standingOf(place, aMemory(...records).known, on, aDemand(demand));

const UNKNOWN = {
  remainingFraction: 1,
  isKnown: false,
  resetAt: undefined,
  usedCount: 0,
  fullUntil: undefined,
  isSpent: false,
  isPresumedSpent: false,
  tooLargeFor: undefined,
};

describe("how a place stands", () => {
  test("while nothing is known of it: full, and always the same object", () => {
    const nothing = stands([]);
    expect(nothing).toEqual(UNKNOWN);
    expect(stands([aRecordOf(seat, { limit: limitOf(5) })])).toBe(nothing);
  });

  test("while it was only used: a key says no more, a seat when its day ends", () => {
    expect(stands([aRecordOf(key, { count: used(7) })])).toEqual({ ...UNKNOWN, usedCount: 7 });
    const count = { startsAt: NOW - HOUR, endsAt: NOW + 23 * HOUR, by: { w1: 7 } };
    expect(stands([aRecordOf(seat, { count })], {}, seat)).toEqual({
      ...UNKNOWN,
      usedCount: 7,
      resetAt: NOW + 23 * HOUR,
    });
  });

  test("the scarcest of its long windows decides, and where both are out the later reset", () => {
    const requests = aRecordOf(key, { limit: limitOf(20), count: used(5) });
    const tokens = (resetAt: number) =>
      aRecordOf(key, { meter: "input-tokens", refusal: { observedAt: NOW, resetAt } });
    expect(stands([requests])).toMatchObject({
      remainingFraction: 0.75,
      isKnown: true,
      resetAt: PACIFIC.endsAt,
      usedCount: 5,
    });
    expect(stands([requests, tokens(NOW + HOUR)])).toMatchObject({
      remainingFraction: 0,
      resetAt: NOW + HOUR,
      usedCount: 5,
    });
    const few = aRecordOf(key, { meter: "input-tokens", limit: limitOf(100), count: used(10) });
    expect(stands([requests, few]).remainingFraction).toBe(0.75);
    expect(stands([aRecordOf(key, { limit: limitOf(100) }), few]).remainingFraction).toBe(0.9);
    const out = aRecordOf(key, { refusal: { observedAt: NOW, resetAt: NOW + 2 * HOUR } });
    expect(stands([out, tokens(NOW + HOUR)]).resetAt).toBe(NOW + 2 * HOUR);
    expect(stands([out, tokens(NOW + 3 * HOUR)]).resetAt).toBe(NOW + 3 * HOUR);
  });

  test("is spent by our own count, calls that are out included, as long as Google has not said so", () => {
    const record = aRecordOf(key, { limit: limitOf(20), count: used(17) });
    expect(stands([record], { inFlightCount: 2 }).isSpent).toBe(false);
    expect(stands([record], { inFlightCount: 3 }).isSpent).toBe(true);
    const refused = { ...record, count: used(20), refusal: { observedAt: NOW, resetAt: NOW + HOUR } };
    expect(stands([refused], { inFlightCount: 3 })).toMatchObject({
      isSpent: false,
      isPresumedSpent: false,
      remainingFraction: 0,
    });
  });

  test("is spent exactly when as many have passed or are out as fit, whatever the numbers", () => {
    const counts = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), counts, fc.integer({ min: 0, max: 5 }), (limit, count, out) => {
        const record = aRecordOf(key, { limit: limitOf(limit), count: used(count) });
        expect(stands([record], { inFlightCount: out }).isSpent).toBe(count + out >= limit);
      }),
      { seed: 52, numRuns: 500 },
    );
  });

  test("is spent where a reading left nothing, tokens are used up, or Google invites to try once", () => {
    const read = { remainingFraction: 0, resetAt: NOW + HOUR, observedAt: NOW - 1, countAt: 0 };
    expect(stands([aRecordOf(seat, { reading: read })], {}, seat).isSpent).toBe(true);
    const tokens = aRecordOf(key, { meter: "input-tokens", limit: limitOf(1_000), count: used(1_000) });
    expect(stands([tokens]).isSpent).toBe(true);
    const invited = { observedAt: NOW - HOUR, resetAt: NOW - 1, spentUntil: PACIFIC.endsAt };
    expect(stands([aRecordOf(key, { refusal: invited })])).toMatchObject({ isSpent: true, resetAt: PACIFIC.endsAt });
  });

  test("is full while the minute's limits are reached by our own count", () => {
    const meter = createMinuteMeter();
    for (const tokens of [400, 500]) meter.hold(key, tokens, NOW - 10_000);
    const perMinute = (period: "requests" | "input-tokens", value: number, observedAt?: number) =>
      aRecordOf(key, { meter: period, period: "minute", limit: limitOf(value, observedAt) });
    const fullUntil = (records: readonly QuotaRecord[], inputTokens = 0) =>
      stands(records, { inputTokens }, key, meter).fullUntil;
    const free = NOW - 10_000 + MINUTE + 250;
    expect(fullUntil([perMinute("requests", 2)])).toBe(free);
    expect(fullUntil([perMinute("requests", 3)])).toBeUndefined();
    expect(fullUntil([perMinute("input-tokens", 1_000)], 100)).toBeUndefined();
    expect(fullUntil([perMinute("input-tokens", 1_000)], 101)).toBe(free);
    expect(fullUntil([perMinute("requests", 2, NOW - HOUR)])).toBeUndefined();
    expect(fullUntil([perMinute("requests", 2, NOW - HOUR + 1)])).toBe(free);
    expect(fullUntil([perMinute("requests", 0)])).toBeUndefined();
  });

  test("is too small for a request only if that is too large even a quarter smaller", () => {
    const tokens = (period: QuotaRecord["period"], value: number) =>
      aRecordOf(key, { meter: "input-tokens", period, limit: limitOf(value) });
    const tooLargeFor = (records: readonly QuotaRecord[], inputTokens: number) =>
      stands(records, { inputTokens }).tooLargeFor;
    expect(tooLargeFor([tokens("minute", 750)], 1_000)).toBeUndefined();
    expect(tooLargeFor([tokens("minute", 749)], 1_000)).toBe(749);
    expect(tooLargeFor([tokens("minute", 900), tokens("pacific-day", 500)], 2_000)).toBe(500);
    expect(tooLargeFor([tokens("minute", 500), tokens("pacific-day", 5_000)], 2_000)).toBe(500);
    expect(tooLargeFor([tokens("pacific-day", 500)], 2_000)).toBe(500);
  });

  test("is the same whether or not it was looked at before, at any time and in any order", () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(key, seat)
          .chain((place) => fc.tuple(fc.constant(place), fc.array(anyRecord(place), { minLength: 1, maxLength: 3 }))),
        fc.array(fc.tuple(aMoment(), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 9 })), {
          minLength: 2,
          maxLength: 12,
        }),
        ([place, records], looks) => {
          const kept = { ...place };
          for (const [now, index, inFlightCount] of looks) {
            const known = new Map([[place.requestsLong, records[index % records.length]!]]);
            const demand = aDemand({ now, inFlightCount });
            const standing = standingOf(kept, known, meter, demand);
            expect(standing).toEqual(standingOf({ ...place }, known, meter, demand));
            expect(standing.remainingFraction).toBeWithin(0, 1 + Number.EPSILON);
            expect(standing.usedCount).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { seed: 51, numRuns: 500 },
    );
  });
});
