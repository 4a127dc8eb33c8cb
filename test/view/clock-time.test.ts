import { describe, expect, test } from "bun:test";
import { clockTimes, localOffsetMs } from "../../src/view/clock-time";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const utc = clockTimes({ now: () => NOW, offsetMs: () => 0 });

describe("clock times", () => {
  const cases: [number, string][] = [
    [Date.UTC(2026, 10, 20, 14, 32), "14:32"],
    [Date.UTC(2026, 10, 20, 14, 31, 1), "14:31"],
    [Date.UTC(2026, 10, 20, 14, 31, 2), "14:32"],
    [Date.UTC(2026, 10, 20, 23, 59), "23:59"],
    [Date.UTC(2026, 10, 20, 23, 59, 30), "tomorrow 00:00"],
    [Date.UTC(2026, 10, 21, 9), "tomorrow 09:00"],
    [Date.UTC(2026, 10, 23, 9), "Mon 23 Nov 09:00"],
    [Date.UTC(2027, 0, 1, 0, 5), "Fri 1 Jan 00:05"],
  ];
  test.each(cases)("%p is %p", (at, text) => {
    expect(utc(at)).toBe(text);
  });

  test("the day is the reader's day", () => {
    const tokyo = clockTimes({ now: () => NOW, offsetMs: () => 9 * HOUR });
    expect(tokyo(NOW)).toBe("21:00");
    expect(tokyo(NOW + 3 * HOUR)).toBe("tomorrow 00:00");
  });

  test("follows daylight saving between now and then", () => {
    const change = Date.UTC(2026, 9, 25, 1);
    const berlin = (at: number) => (at < change ? 2 : 1) * HOUR;
    const format = clockTimes({ now: () => Date.UTC(2026, 9, 24, 20), offsetMs: berlin });
    expect(format(Date.UTC(2026, 9, 24, 23))).toBe("tomorrow 01:00");
    expect(format(Date.UTC(2026, 9, 25, 8))).toBe("tomorrow 09:00");
  });

  test("the machine's offset is that of its Date", () => {
    const at = Date.UTC(2026, 6, 1);
    expect(localOffsetMs(at)).toBe(-new Date(at).getTimezoneOffset() * 60_000);
  });
});
