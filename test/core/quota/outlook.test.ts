import { expect, test } from "bun:test";
import { outlookOf } from "../../../src/core/quota/outlook";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { NOW } from "../../support/builders";
import { aRecordOf, DAY, HOUR, keyPlace, PACIFIC, seatPlace } from "./parts";

const limit = { value: 20, observedAt: NOW - HOUR, source: "refusal" as const };

test("what was found is kept until the first moment at which it changes, and not for another record", () => {
  const place = seatPlace();
  const changing: readonly [Partial<QuotaRecord>, until: number][] = [
    [{ refusal: { observedAt: NOW, resetAt: NOW + HOUR } }, NOW + HOUR],
    [{ refusal: { observedAt: NOW - 1, resetAt: NOW - 1, spentUntil: NOW + 2 * HOUR } }, NOW + 2 * HOUR],
    [{ reading: { remainingFraction: 1, observedAt: NOW - HOUR, countAt: 0 } }, NOW + 23 * HOUR],
    [{ reading: { remainingFraction: 1, resetAt: NOW + HOUR, observedAt: NOW, countAt: 0 } }, NOW + HOUR],
    [{ limit, count: { startsAt: NOW - HOUR, endsAt: NOW + 3 * HOUR, by: {} } }, NOW + 3 * HOUR],
    [{ limit }, NOW - HOUR + 7 * DAY],
  ];
  for (const [fields, until] of changing) {
    const record = aRecordOf(place, fields);
    const first = outlookOf(place, record, undefined, NOW);
    expect(outlookOf(place, record, undefined, until - 1)).toBe(first);
    expect(outlookOf(place, record, undefined, until)).not.toBe(first);
    expect(outlookOf(place, { ...record }, undefined, NOW)).not.toBe(first);
  }
});

test("a key's day ends at midnight, and a clock that is set back is believed", () => {
  const place = keyPlace();
  const record = aRecordOf(place, { limit, count: { ...PACIFIC, by: { w1: 20 } } });
  const today = outlookOf(place, record, undefined, NOW);
  expect(today).toMatchObject({ remainingFraction: 0, isSpent: true, leftCount: 0, usedCount: 20 });
  expect(outlookOf(place, record, undefined, PACIFIC.endsAt - 1)).toBe(today);
  expect(outlookOf(place, record, undefined, PACIFIC.endsAt)).toMatchObject({
    isSpent: false,
    leftCount: 20,
    usedCount: 0,
  });
  expect(outlookOf(place, record, undefined, NOW)).toEqual(today);
});
