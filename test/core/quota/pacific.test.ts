import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nextPacificMidnight } from "../../../src/core/quota/pacific";

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString();

describe("nextPacificMidnight", () => {
  const rows: readonly [now: string, midnight: string, why: string][] = [
    ["2026-07-01T12:00:00Z", "2026-07-02T07:00:00.000Z", "summer is UTC-7"],
    ["2026-01-15T12:00:00Z", "2026-01-16T08:00:00.000Z", "winter is UTC-8"],
    ["2026-07-02T06:59:59.999Z", "2026-07-02T07:00:00.000Z", "the last millisecond of the day"],
    ["2026-07-02T07:00:00.000Z", "2026-07-03T07:00:00.000Z", "midnight itself begins a new day"],
    ["2026-03-08T09:00:00Z", "2026-03-09T07:00:00.000Z", "the day clocks go forward has 23 hours"],
    ["2026-03-08T07:59:59Z", "2026-03-08T08:00:00.000Z", "the midnight before clocks go forward is still winter's"],
    ["2026-11-01T08:00:00Z", "2026-11-02T08:00:00.000Z", "the day clocks go back has 25 hours"],
    ["2026-11-01T06:30:00Z", "2026-11-01T07:00:00.000Z", "the midnight before clocks go back is still summer's"],
    ["2026-12-31T23:00:00Z", "2027-01-01T08:00:00.000Z", "over the year's end"],
    ["2028-02-29T20:00:00Z", "2028-03-01T08:00:00.000Z", "after a leap day"],
  ];
  for (const [now, midnight, why] of rows) {
    test(`${why}: ${now}`, () => expect(iso(nextPacificMidnight(at(now)))).toBe(midnight));
  }

  test("is always ahead, by 25 hours at most, and on a full hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: at("2007-06-01T00:00:00Z"), max: at("2060-01-01T00:00:00Z") }), (now) => {
        const midnight = nextPacificMidnight(now);
        expect(midnight).toBeGreaterThan(now);
        expect(midnight - now).toBeLessThanOrEqual(25 * 3_600_000);
        expect(midnight % 3_600_000).toBe(0);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("gives back what is no time at all", () => {
    expect(nextPacificMidnight(Number.NaN)).toBeNaN();
    expect(nextPacificMidnight(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(nextPacificMidnight(1e18)).toBe(1e18);
  });
});
