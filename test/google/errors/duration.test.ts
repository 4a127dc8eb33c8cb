import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationIn, parseDuration } from "../../../src/google/errors/duration";
import { goDuration, protoDuration } from "../../../src/simulator/wire";

const DAY_MS = 86_400_000;

describe("parseDuration", () => {
  const rows: readonly [string, number | undefined][] = [
    ["36s", 36_000],
    ["0s", 0],
    ["0.539477544s", 539.477544],
    ["539.477544ms", 539.477544],
    [".5s", 500],
    ["161h39m41.300432511s", 581_981_300.432511],
    ["5h59m59.960323804s", 21_599_960.323804],
    ["1.5h", 5_400_000],
    ["250us", 0.25],
    ["250\u00b5s", 0.25],
    ["250\u03bcs", 0.25],
    ["1000000ns", 1],
    ["2d", 2 * DAY_MS],
    ["1d2h3m4s5ms6us7ns", DAY_MS + 7_384_005.006007],
    ["+5s", 5_000],
    ["-5s", 0],
    ["-1h30m", 0],
    [" 2m ", 120_000],
    ["2562047h47m16.854775807s", 9_223_372_036_854.775],
    ["315576000000s", 315_576_000_000_000],
    ["99999999999999999999999h", 3.6e29],
    ["", undefined],
    ["-", undefined],
    ["36", undefined],
    ["s", undefined],
    ["36s and more", undefined],
    ["1e9s", undefined],
    ["Infinity", undefined],
    ["5m s", undefined],
    [`${"9".repeat(300)}s`, undefined],
  ];
  for (const [text, ms] of rows) {
    test(JSON.stringify(text.slice(0, 30)), () => {
      const found = parseDuration(text);
      if (ms === undefined) expect(found).toBeUndefined();
      else expect(Math.abs((found ?? Number.NaN) - ms)).toBeLessThanOrEqual(ms * 1e-9);
    });
  }

  test("reads what Go and protobuf print", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (seconds) => {
        for (const text of [goDuration(seconds), protoDuration(seconds)]) {
          expect(Math.abs((parseDuration(text) ?? Number.NaN) - seconds * 1_000)).toBeLessThan(0.01);
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe("durationIn", () => {
  const rows: readonly [string, number | undefined][] = [
    ["Please retry in 44.09s.", 44_090],
    ["Please retry in 900.2ms.", 900.2],
    ["Your quota will reset after 17h59m12s.", 64_752_000],
    ["Resets in 9h22m20s.", 33_740_000],
    ["reset after 0s.", 0],
    ["Please try again in 30 seconds.", 30_000],
    ["Please try again in 5 min.", 300_000],
    ["Retry in 1 hour 5 minutes.", 3_900_000],
    ["Retry in 1 hour, 5 minutes and 10 seconds.", 3_910_000],
    ["Resets in 2 days.", 2 * DAY_MS],
    ["Please try again in a while, or retry in 7s", 7_000],
    ["Please try again in 5 different regions", undefined],
    ["Please try again in 5 months", undefined],
    ["Please try again later.", undefined],
    ["limit: 20, model: x", undefined],
  ];
  for (const [sentence, ms] of rows) {
    test(sentence, () => expect(durationIn(sentence)).toBe(ms as number));
  }
});
