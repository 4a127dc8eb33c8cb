import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { naturalPeriod, type Period, windowAt } from "../../../src/core/quota/period";
import { NOW } from "../../support/builders";
import { DAY, HOUR, MINUTE } from "./parts";

const at = (iso: string) => Date.parse(iso);
const shown = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }) =>
  [startsAt, endsAt].map((ms) => new Date(ms).toISOString().replace(":00.000Z", "Z"));

describe("the window that a moment lies in", () => {
  test("a minute slides", () => {
    expect(windowAt("minute", NOW)).toEqual({ startsAt: NOW - MINUTE, endsAt: NOW });
  });

  const pacific: readonly [why: string, now: string, start: string, end: string][] = [
    ["winter", "2026-11-20T12:00Z", "2026-11-20T08:00Z", "2026-11-21T08:00Z"],
    ["summer", "2026-07-01T06:59Z", "2026-06-30T07:00Z", "2026-07-01T07:00Z"],
    ["23 hours when the clocks go forward", "2026-03-08T20:00Z", "2026-03-08T08:00Z", "2026-03-09T07:00Z"],
    ["25 hours when they go back", "2026-11-01T20:00Z", "2026-11-01T07:00Z", "2026-11-02T08:00Z"],
    ["midnight itself", "2026-11-20T08:00Z", "2026-11-20T08:00Z", "2026-11-21T08:00Z"],
    ["over the year's end", "2027-01-01T03:00Z", "2026-12-31T08:00Z", "2027-01-01T08:00Z"],
  ];
  for (const [why, now, start, end] of pacific) {
    test(`a day in California: ${why}`, () => {
      expect(shown(windowAt("pacific-day", at(now)))).toEqual([start, end]);
    });
  }

  test("a day from first use lasts 24 hours, and begins anew once it is over", () => {
    const startsAt = NOW - 23 * HOUR;
    expect(windowAt("day-from-first-use", NOW, { startsAt })).toEqual({ startsAt, endsAt: NOW + HOUR });
    const anew = { startsAt: NOW, endsAt: NOW + DAY };
    expect(windowAt("day-from-first-use", NOW, { startsAt: NOW - DAY })).toEqual(anew);
    expect(windowAt("day-from-first-use", NOW)).toEqual(anew);
    expect(windowAt("day-from-first-use", NOW, { startsAt: NOW + 1 })).toEqual(anew);
  });

  const fixed: readonly [Period, now: string, anchor: string | undefined, start: string, end: string][] = [
    ["daily", "2026-11-20T12:00Z", undefined, "2026-11-20T00:00Z", "2026-11-21T00:00Z"],
    ["daily", "2026-11-20T12:00Z", "2030-01-01T15:30Z", "2026-11-19T15:30Z", "2026-11-20T15:30Z"],
    ["weekly", "2026-11-20T12:00Z", undefined, "2026-11-19T00:00Z", "2026-11-26T00:00Z"],
    ["weekly", "2026-11-20T12:00Z", "2026-11-02T09:00Z", "2026-11-16T09:00Z", "2026-11-23T09:00Z"],
    ["weekly", "2026-12-31T12:00Z", "2027-01-04T00:00Z", "2026-12-28T00:00Z", "2027-01-04T00:00Z"],
    ["monthly", "2026-11-20T12:00Z", undefined, "2026-11-01T00:00Z", "2026-12-01T00:00Z"],
    ["monthly", "2026-11-20T12:00Z", "2026-01-25T06:00Z", "2026-10-25T06:00Z", "2026-11-25T06:00Z"],
    ["monthly", "2026-12-31T23:59Z", "2026-01-01T00:00Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z"],
    ["monthly", "2027-01-05T00:00Z", "2026-03-31T10:00Z", "2026-12-31T10:00Z", "2027-01-31T10:00Z"],
    ["monthly", "2027-02-28T10:00Z", "2026-03-31T10:00Z", "2027-02-28T10:00Z", "2027-03-31T10:00Z"],
    ["monthly", "2028-02-29T09:59Z", "2026-03-31T10:00Z", "2028-01-31T10:00Z", "2028-02-29T10:00Z"],
    ["monthly", "1969-12-15T00:00Z", undefined, "1969-12-01T00:00Z", "1970-01-01T00:00Z"],
  ];
  for (const [period, now, anchor, start, end] of fixed) {
    test(`${period} from ${anchor ?? "UTC midnight"}, on ${now}`, () => {
      const anchorAt = anchor === undefined ? undefined : at(anchor);
      expect(shown(windowAt(period, at(now), { anchorAt }))).toEqual([start, end]);
    });
  }

  const periods: readonly Period[] = ["pacific-day", "day-from-first-use", "daily", "weekly", "monthly"];
  const anyTime = fc.integer({ min: at("2007-06-01T00:00Z"), max: at("2060-01-01T00:00Z") });

  test("always contains its now, and ends where the next one begins", () => {
    fc.assert(
      fc.property(fc.constantFrom(...periods), anyTime, anyTime, anyTime, (period, now, startsAt, anchorAt) => {
        const window = windowAt(period, now, { startsAt, anchorAt });
        expect(window.startsAt).toBeLessThanOrEqual(now);
        expect(window.endsAt).toBeGreaterThan(now);
        expect(windowAt(period, window.endsAt, { startsAt, anchorAt }).startsAt).toBe(window.endsAt);
        expect(windowAt(period, window.endsAt - 1, { startsAt: window.startsAt, anchorAt })).toEqual(window);
      }),
      { seed: 3, numRuns: 400 },
    );
  });
});

test("how long quotas count time on each backend", () => {
  expect(naturalPeriod("gemini-api")).toBe("pacific-day");
  expect(naturalPeriod("vertex")).toBe("pacific-day");
  expect(naturalPeriod("code-assist")).toBe("day-from-first-use");
});
