import { expect, test } from "bun:test";
import { pacificDayStart } from "../../../src/core/quota/pacific-day";

const cases: readonly (readonly [string, string, string])[] = [
  ["in winter", "2026-11-20T12:00:00Z", "2026-11-20T08:00:00Z"],
  ["just before midnight", "2026-11-20T07:59:59Z", "2026-11-19T08:00:00Z"],
  ["at midnight", "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z"],
  ["in summer", "2026-07-01T06:00:00Z", "2026-06-30T07:00:00Z"],
  ["late on the long day the clocks go back", "2026-11-02T07:30:00Z", "2026-11-01T07:00:00Z"],
  ["late on the short day they go forward", "2026-03-09T06:30:00Z", "2026-03-08T08:00:00Z"],
];

for (const [when, now, start] of cases) {
  test(`today begins at midnight in California: ${when}`, () => {
    expect(new Date(pacificDayStart(Date.parse(now))).toISOString()).toBe(new Date(start).toISOString());
  });
}
