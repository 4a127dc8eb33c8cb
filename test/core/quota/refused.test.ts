import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import { quotaLessons } from "../../../src/core/quota/learn";
import type { QuotaPlace } from "../../../src/core/quota/place";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { windowOf } from "../../../src/core/quota/windows";
import { NOW } from "../../support/builders";
import { aMemory, aRecordOf, DAY, HOUR, keyPlace, MINUTE, PACIFIC, seatPlace } from "./parts";

type Limited = Extract<Outcome, { kind: "limited" }>;

const refusal = (overrides: Partial<Limited> = {}): Limited => ({
  kind: "limited",
  scope: "quota",
  reason: "daily-quota",
  detailed: true,
  status: 429,
  sentence: "Quota exceeded.",
  ...overrides,
});

const perDay = { window: { meter: "requests", period: "pacific-day" } } as const;

/** The record of the place's requests after one refusal of a call that took 100 ms. */
function after(outcome: Limited, record: QuotaRecord | undefined, place: QuotaPlace, now = NOW) {
  const memory = aMemory(...(record ? [record] : []));
  memory.learn(quotaLessons(place, outcome, memory.known, { writer: "w1", startedAt: now - 100, now }));
  return memory;
}

const requestsAfter = (outcome: Limited, record: QuotaRecord | undefined, place = keyPlace(), now = NOW) =>
  after(outcome, record, place, now).known.get(place.requestsLong);

describe("a refusal for the day", () => {
  test("teaches the limit that Google names, and holds as long as Google says", () => {
    const record = requestsAfter(refusal({ ...perDay, quotaValue: 20, until: NOW + 5 * HOUR }), undefined);
    expect(record?.limit).toEqual({ value: 20, observedAt: NOW, source: "refusal" });
    expect(record?.refusal).toEqual({ observedAt: NOW, resetAt: NOW + 5 * HOUR });
  });

  test("without a time holds to the end of the window: midnight in California, or 24 hours from the first use", () => {
    expect(requestsAfter(refusal(), undefined)?.refusal?.resetAt).toBe(PACIFIC.endsAt);
    const seat = seatPlace();
    expect(requestsAfter(refusal(), undefined, seat)?.refusal?.resetAt).toBe(NOW - 100 + DAY);
    const count = { startsAt: NOW - 20 * HOUR, endsAt: NOW + 4 * HOUR, by: { w1: 5 } };
    const record = requestsAfter(refusal({ reason: "quota" }), aRecordOf(seat, { count }), seat);
    expect(record?.refusal?.resetAt).toBe(NOW + 4 * HOUR);
  });

  test("that arrives just after midnight is about the day before", () => {
    expect(requestsAfter(refusal(), undefined, keyPlace(), PACIFIC.endsAt + 50)?.refusal?.resetAt).toBe(PACIFIC.endsAt);
  });

  test("a value without the name of its window is no limit of requests", () => {
    expect(requestsAfter(refusal({ quotaValue: 20 }), undefined)?.limit).toBeUndefined();
    expect(requestsAfter(refusal({ ...perDay, quotaValue: 0 }), undefined)?.limit).toBeUndefined();
  });

  test("with a short time is worth one call then, and out for the rest of the day", () => {
    const until = NOW + 36_000;
    const record = requestsAfter(refusal({ ...perDay, until }), undefined)!;
    expect(record.refusal).toEqual({ observedAt: NOW, resetAt: until, spentUntil: PACIFIC.endsAt });
    expect(windowOf(record, until)).toMatchObject({ remainingFraction: 0, resetAt: PACIFIC.endsAt });
    expect(windowOf(record, PACIFIC.endsAt)).toBeUndefined();
  });

  test("with a short time just before midnight is over then", () => {
    const now = PACIFIC.endsAt - 20_000;
    const record = requestsAfter(refusal({ ...perDay, until: now + 36_000 }), undefined, keyPlace(), now);
    expect(record?.refusal).toEqual({ observedAt: now, resetAt: now + 36_000 });
  });

  test("with a time in the past holds nobody up", () => {
    const record = requestsAfter(refusal({ ...perDay, until: NOW - 5, quotaValue: 20 }), undefined)!;
    expect(windowOf(record, NOW)).toMatchObject({ remainingFraction: 1 });
  });

  test("a seat's quota with a short time is what it says", () => {
    const record = requestsAfter(refusal({ reason: "quota", until: NOW + MINUTE }), undefined, seatPlace());
    expect(record?.refusal).toEqual({ observedAt: NOW, resetAt: NOW + MINUTE });
  });

  test("with a short time is an invitation wherever the day was named, on a seat too", () => {
    const seat = seatPlace();
    const count = { startsAt: NOW - HOUR, endsAt: NOW + 23 * HOUR, by: { w1: 5 } };
    const until = NOW + HOUR;
    const lasts = (outcome: Partial<Limited>) =>
      requestsAfter(refusal({ until, ...outcome }), aRecordOf(seat, { count }), seat)?.refusal?.spentUntil;
    expect(lasts({ reason: "daily-quota" })).toBe(NOW + 23 * HOUR);
    expect(lasts({ reason: "rate-limit", ...perDay })).toBe(NOW + 23 * HOUR);
    expect(lasts({ reason: "quota" })).toBeUndefined();
    expect(lasts({ reason: "daily-quota", until: until + 1 })).toBeUndefined();
    expect(lasts({ reason: "daily-quota", until: NOW })).toBeUndefined();
  });

  test("of tokens is kept apart from that of requests", () => {
    const place = keyPlace();
    const window = { meter: "input-tokens", period: "daily" } as const;
    const { known } = after(refusal({ window, quotaValue: 1e6, until: NOW + HOUR * 2 }), undefined, place);
    expect(known.get(place.requestsLong)).toBeUndefined();
    expect(known.get(place.inputTokensLong)).toMatchObject({
      limit: { value: 1e6 },
      refusal: { resetAt: NOW + 2 * HOUR },
    });
  });

  test("for a week or a month holds, but its value is not the day's", () => {
    const window = { meter: "requests", period: "weekly" } as const;
    const record = requestsAfter(refusal({ window, quotaValue: 900, until: NOW + 3 * DAY }), undefined);
    expect(record?.refusal?.resetAt).toBe(NOW + 3 * DAY);
    expect(record?.limit).toBeUndefined();
  });
});

describe("a limit that nobody names is what had passed", () => {
  const counted = (overrides: Partial<QuotaRecord> = {}) =>
    aRecordOf(keyPlace(), {
      count: { ...PACIFIC, by: { w1: 11, w2: 4 } },
      countedSince: PACIFIC.startsAt - DAY,
      ...overrides,
    });

  test("if we have counted the whole day", () => {
    expect(requestsAfter(refusal(), counted())?.limit).toEqual({ value: 15, observedAt: NOW, source: "counted" });
  });

  test("not if we began to count within it, or counted nothing", () => {
    expect(requestsAfter(refusal(), counted({ countedSince: PACIFIC.startsAt + 1 }))?.limit).toBeUndefined();
    expect(requestsAfter(refusal(), counted({ countedSince: PACIFIC.startsAt }))?.limit?.value).toBe(15);
    expect(requestsAfter(refusal(), counted({ count: { ...PACIFIC, by: {} } }))?.limit).toBeUndefined();
    expect(requestsAfter(refusal(), undefined)?.limit).toBeUndefined();
  });

  test("of tokens too, and not that of a week", () => {
    const place = keyPlace();
    const tokens = counted({ meter: "input-tokens", count: { ...PACIFIC, by: { w1: 90_000 } } });
    const learnt = (window: NonNullable<Limited["window"]>) =>
      after(refusal({ window }), tokens, place).known.get(place.inputTokensLong)?.limit?.value;
    expect(learnt({ meter: "input-tokens", period: "pacific-day" })).toBe(90_000);
    expect(learnt({ meter: "input-tokens", period: "weekly" })).toBeUndefined();
  });

  test("not the new day's calls if the refusal is about the day before", () => {
    const tomorrow = { startsAt: PACIFIC.endsAt, endsAt: PACIFIC.endsAt + DAY };
    const record = counted({ count: { ...tomorrow, by: { w2: 3 } } });
    expect(requestsAfter(refusal(), record, keyPlace(), PACIFIC.endsAt + 50)?.limit).toBeUndefined();
  });

  test("not if it was yesterday that we counted", () => {
    expect(requestsAfter(refusal(), counted(), keyPlace(), PACIFIC.endsAt + HOUR)?.limit).toBeUndefined();
  });

  test("not if Google has named one before; a counted or forgotten one is replaced", () => {
    const known = (value: number, source: "refusal" | "counted") =>
      requestsAfter(refusal(), counted({ limit: { value, observedAt: NOW - HOUR, source } }))?.limit?.value;
    expect(known(20, "refusal")).toBe(20);
    expect(known(20, "counted")).toBe(15);
    expect(known(0, "refusal")).toBe(15);
  });

  test("on a seat if Google's day ends when ours does, so that we began it", () => {
    const seat = seatPlace();
    const record = aRecordOf(seat, { count: { startsAt: NOW - HOUR, endsAt: NOW + 23 * HOUR, by: { w1: 100 } } });
    const until = (at: number) => requestsAfter(refusal({ reason: "quota", until: at }), record, seat)?.limit?.value;
    expect(until(NOW + 23 * HOUR + MINUTE)).toBe(100);
    expect(until(NOW + 17 * HOUR)).toBeUndefined();
    expect(requestsAfter(refusal({ reason: "quota" }), record, seat)?.limit).toBeUndefined();
  });
});

describe("a refusal for the minute", () => {
  test("teaches the limit of the minute and nothing else", () => {
    const place = keyPlace();
    for (const meter of ["requests", "input-tokens"] as const) {
      const outcome = refusal({
        reason: "rate-limit",
        window: { meter, period: "minute" },
        quotaValue: 10,
        until: NOW + 9_000,
      });
      const { known } = after(outcome, undefined, place);
      expect([...known.keys()]).toEqual([meter === "requests" ? place.requestsMinute : place.inputTokensMinute]);
      const [record] = known.values();
      expect(record?.limit).toEqual({ value: 10, observedAt: NOW, source: "refusal" });
      expect(record?.refusal).toBeUndefined();
    }
  });

  test("without a value teaches nothing", () => {
    const outcome = refusal({ reason: "rate-limit", window: { meter: "requests", period: "minute" } });
    expect(after(outcome, undefined, keyPlace()).known.size).toBe(0);
  });
});

describe("what a refusal does not teach", () => {
  const silent: readonly Partial<Limited>[] = [
    { reason: "unexplained" },
    { reason: "model-unavailable", quotaValue: 5, ...perDay },
    { reason: "spend-limit", quotaValue: 5, ...perDay },
    { reason: "rate-limit", quotaValue: 5 },
    { scope: "account", reason: "quota", until: NOW + HOUR },
  ];
  for (const each of silent) {
    test(`a limit or an end: ${each.reason} of the ${each.scope ?? "quota"}`, () => {
      expect(after(refusal(each), undefined, keyPlace()).known.size).toBe(0);
    });
  }
});

describe("a 429 makes an older reading worthless", () => {
  const seat = seatPlace();
  const read = (observedAt: number) =>
    aRecordOf(seat, { reading: { remainingFraction: 0.95, resetAt: NOW + 5 * HOUR, observedAt, countAt: 0 } });
  const minute = { meter: "requests", period: "minute" } as const;
  const refusals: readonly [string, Limited][] = [
    ["unexplained", refusal({ reason: "unexplained" })],
    ["of the whole account", refusal({ reason: "quota", scope: "account" })],
    ["of the minute", refusal({ reason: "rate-limit", window: minute, quotaValue: 5 })],
    ["of the day", refusal({ reason: "quota", until: NOW + HOUR })],
  ];
  for (const [name, outcome] of refusals) {
    test(`${name}, and it does not come back when the refusal is over`, () => {
      const record = requestsAfter(outcome, read(NOW - 1), seat)!;
      expect(windowOf(record, NOW + HOUR)).toBeUndefined();
      expect(record.reading?.remainingFraction).toBe(0);
    });
  }

  test("also one without a reset; and what is worthless already is not written again", () => {
    const open = aRecordOf(seat, { reading: { remainingFraction: 0.95, observedAt: NOW - 1, countAt: 0 } });
    const memory = after(refusal({ reason: "unexplained" }), open, seat);
    expect(windowOf(memory.known.get(seat.requestsLong)!, NOW)).toBeUndefined();
    const again = { writer: "w1", startedAt: NOW, now: NOW + 50 };
    expect(quotaLessons(seat, refusal({ reason: "unexplained" }), memory.known, again)).toEqual([]);
  });

  test("a younger one stays, and a model that is not there says nothing of quota", () => {
    expect(windowOf(requestsAfter(refusal({ reason: "unexplained" }), read(NOW), seat)!, NOW)?.source).toBe("probe");
    expect(windowOf(requestsAfter(refusal({ reason: "model-unavailable" }), read(NOW - 1), seat)!, NOW)?.source).toBe(
      "probe",
    );
  });
});
