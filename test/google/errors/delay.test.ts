import { describe, expect, test } from "bun:test";
import { durationIn, parseDuration, statedTime } from "../../../src/google/errors/delay";
import { readError } from "../../../src/google/errors/read";

const NOW = Date.parse("2026-01-15T12:00:00Z");
const HOUR_MS = 3_600_000;

const stated = (details: object[], message = "", header: string | null = null) =>
  statedTime(readError(JSON.stringify({ error: { code: 429, message, details } }), 429, null), header, NOW);

describe("parseDuration", () => {
  const rows: readonly [string, number | undefined][] = [
    ["36s", 36_000],
    ["0s", 0],
    ["0.539477544s", 539.477544],
    ["539.477544ms", 539.477544],
    ["161h39m41.300432511s", 581_981_300.432511],
    ["5h59m59.960323804s", 21_599_960.323804],
    ["1.5h", 5_400_000],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["-5s", 0],
    [" 2m ", 120_000],
    ["", undefined],
    ["36", undefined],
    ["s", undefined],
    ["36s and more", undefined],
    ["1e9s", undefined],
    ["Infinity", undefined],
    ["9".repeat(100), undefined],
  ];
  for (const [text, ms] of rows) {
    test(JSON.stringify(text.slice(0, 30)), () => {
      const found = parseDuration(text);
      if (ms === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(ms, 3);
    });
  }
});

describe("durationIn", () => {
  const rows: readonly [string, number | undefined][] = [
    ["Please retry in 44.09s.", 44_090],
    ["Please retry in 900.2ms.", 900.2],
    ["Your quota will reset after 17h59m12s.", 64_752_000],
    ["Resets in 9h22m20s.", 33_740_000],
    ["reset after 0s.", 0],
    ["Please try again in 30 seconds.", 30_000],
    ["Retry in 1 hour 5 minutes.", 3_900_000],
    ["Please try again in a while, or retry in 7s", 7_000],
    ["Please try again in 5 different regions", undefined],
    ["Please try again later.", undefined],
    ["limit: 20, model: x", undefined],
  ];
  for (const [sentence, ms] of rows) {
    test(sentence, () => expect(durationIn(sentence)).toBe(ms as number));
  }
});

describe("statedTime", () => {
  const info = (metadata: object) => ({ reason: "QUOTA_EXHAUSTED", metadata });
  const stamp = { quotaResetTimeStamp: "2026-01-15T17:00:00Z" };
  const delay = { quotaResetDelay: "4h" };
  const retry = { retryDelay: "3h" };
  const words = "Please retry in 2h";

  test("takes the most exact source there is", () => {
    const hours = (at: number | undefined) => ((at ?? Number.NaN) - NOW) / HOUR_MS;
    expect(hours(stated([info({ ...stamp, ...delay }), retry], words, "3600"))).toBe(5);
    expect(hours(stated([info(delay), retry], words, "3600"))).toBe(4);
    expect(hours(stated([info({}), retry], words, "3600"))).toBe(3);
    expect(hours(stated([], words, "3600"))).toBe(2);
    expect(hours(stated([], "", "3600"))).toBe(1);
    expect(stated([])).toBeUndefined();
  });

  test("skips a source it cannot read", () => {
    expect(stated([info({ quotaResetTimeStamp: "soon", quotaResetDelay: "later" }), { retryDelay: "x" }], words)).toBe(
      NOW + 2 * HOUR_MS,
    );
  });

  test("an absolute time that is over gives way to a delay, and is now where there is none", () => {
    const past = { quotaResetTimeStamp: "2025-12-03T07:45:40Z" };
    expect(stated([info({ ...past, ...delay })])).toBe(NOW + 4 * HOUR_MS);
    expect(stated([info(past)])).toBe(NOW);
  });

  test("reads RetryInfo in its other spellings", () => {
    expect(stated([{ retryDelay: 36 }])).toBe(NOW + 36_000);
    expect(stated([{ retryDelay: { seconds: "36" } }])).toBe(NOW + 36_000);
  });

  test("never ends before it was stated, nor too early by a fraction, nor after a time no quota has", () => {
    expect(stated([{ retryDelay: "-3s" }])).toBe(NOW);
    expect(stated([{ retryDelay: "0.0001s" }])).toBe(NOW + 1);
    expect(stated([{ retryDelay: "99999999999h" }])).toBe(NOW + 40 * 24 * HOUR_MS);
    expect(stated([info({ quotaResetTimeStamp: "9999-01-01T00:00:00Z" })])).toBe(NOW + 40 * 24 * HOUR_MS);
    expect(stated([], "", "Mon, 01 Jan 2024 00:00:00 GMT")).toBe(NOW);
  });
});
