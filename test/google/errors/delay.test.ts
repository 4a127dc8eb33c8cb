import { describe, expect, test } from "bun:test";
import { clockAheadMs, statedTime } from "../../../src/google/errors/delay";
import { readError } from "../../../src/google/errors/read";

const NOW = Date.parse("2026-01-15T12:00:00Z");
const HOUR_MS = 3_600_000;
const LONGEST_MS = 40 * 24 * HOUR_MS;

const stated = (details: object[], message = "", retryAfter: string | null = null, aheadMs = 0) =>
  statedTime(
    readError(JSON.stringify({ error: { code: 429, message, details } }), 429, null),
    { retryAfter, aheadMs },
    NOW,
  );

const info = (metadata: object) => ({ reason: "QUOTA_EXHAUSTED", metadata });

describe("statedTime", () => {
  const stamp = { quotaResetTimeStamp: "2026-01-15T17:00:00Z" };
  const delay = { quotaResetDelay: "4h" };
  const retry = { retryDelay: "3h" };
  const words = "Please retry in 2h";
  const hours = (at: number | undefined) => ((at ?? Number.NaN) - NOW) / HOUR_MS;

  test("takes the most exact source there is", () => {
    expect(hours(stated([info({ ...stamp, ...delay }), retry], words, "3600"))).toBe(5);
    expect(hours(stated([info(delay), retry], words, "3600"))).toBe(4);
    expect(hours(stated([info({}), retry], words, "3600"))).toBe(3);
    expect(hours(stated([], words, "3600"))).toBe(2);
    expect(hours(stated([], "", "3600"))).toBe(1);
    expect(stated([])).toBeUndefined();
  });

  test("skips a source it cannot read", () => {
    const odd = info({ quotaResetTimeStamp: "soon", quotaResetDelay: "later" });
    expect(hours(stated([odd, { retryDelay: "x" }], words))).toBe(2);
    expect(hours(stated([info({ quotaResetTimeStamp: "1" })], words))).toBe(2);
    expect(stated([], "", "-5")).toBeUndefined();
    expect(stated([], "", "soon")).toBeUndefined();
  });

  test("a time that is over gives way to one that is not, and is now where there is none", () => {
    const past = { quotaResetTimeStamp: "2001-12-03T07:45:40Z" };
    expect(hours(stated([info({ ...past, ...delay })]))).toBe(4);
    expect(hours(stated([info({ ...past, quotaResetDelay: "-3s" }), { retryDelay: "0s" }], words))).toBe(2);
    expect(stated([info(past)])).toBe(NOW);
    expect(stated([{ retryDelay: "-3s" }])).toBe(NOW);
    expect(stated([], "", "Mon, 01 Jan 2024 00:00:00 GMT")).toBe(NOW);
  });

  test("tells dates by our own clock, whichever way Google's differs", () => {
    expect(hours(stated([info(stamp)], "", null, 2 * HOUR_MS))).toBe(3);
    expect(hours(stated([info(stamp)], "", null, -2 * HOUR_MS))).toBe(7);
    expect(hours(stated([], "", "Thu, 15 Jan 2026 17:00:00 GMT", HOUR_MS))).toBe(4);
    expect(hours(stated([info(delay)], "", "3600", HOUR_MS))).toBe(4);
  });

  test("reads time stamps with fractions and zones", () => {
    expect(stated([info({ quotaResetTimeStamp: "2026-01-15T17:00:00.123456789Z" })])).toBe(NOW + 5 * HOUR_MS + 123);
    expect(hours(stated([info({ quotaResetTimeStamp: " 2026-01-15T17:00:00+02:00\n" })]))).toBe(3);
  });

  test("reads RetryInfo in its other spellings, also where zeros were dropped", () => {
    expect(stated([{ retryDelay: 36 }])).toBe(NOW + 36_000);
    expect(stated([{ retryDelay: "36" }])).toBe(NOW + 36_000);
    expect(stated([{ retryDelay: { seconds: "36", nanos: 500_000_000 } }])).toBe(NOW + 36_500);
    expect(stated([{ retryDelay: { nanos: 540_000_000 } }])).toBe(NOW + 540);
  });

  test("never ends too early by a fraction, nor after a time that no quota has", () => {
    expect(stated([{ retryDelay: "0.0001s" }])).toBe(NOW + 1);
    for (const retryDelay of ["99999999999h", "315576000000s", "2562047h47m16.854775807s", 1e30]) {
      expect(stated([{ retryDelay }, { retryDelay: "1s" }]) ?? NOW + LONGEST_MS).toBe(NOW + LONGEST_MS);
    }
    expect(stated([info({ quotaResetTimeStamp: "9999-01-01T00:00:00Z" })])).toBe(NOW + LONGEST_MS);
    expect(stated([], "", "9".repeat(40))).toBe(NOW + LONGEST_MS);
  });
});

describe("clockAheadMs", () => {
  test("is the difference between the answer's date and our clock", () => {
    expect(clockAheadMs("Thu, 15 Jan 2026 13:00:00 GMT", NOW)).toBe(HOUR_MS);
    expect(clockAheadMs("Thu, 15 Jan 2026 11:00:00 GMT", NOW)).toBe(-HOUR_MS);
  });

  test("is nothing where both agree but for the way and the rounding, or there is no date", () => {
    expect(clockAheadMs("Thu, 15 Jan 2026 12:00:20 GMT", NOW)).toBe(0);
    expect(clockAheadMs("Thu, 15 Jan 2026 11:59:31 GMT", NOW)).toBe(0);
    expect(clockAheadMs(null, NOW)).toBe(0);
    expect(clockAheadMs("yesterday", NOW)).toBe(0);
  });
});
