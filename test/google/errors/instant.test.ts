import { expect, test } from "bun:test";
import { instant } from "../../../src/google/errors/instant";

const AT = Date.parse("2026-01-15T12:05:00Z");

test("reads dates as JSON and headers write them", () => {
  expect(instant("2026-01-15T12:05:00Z")).toBe(AT);
  expect(instant(" 2026-01-15T12:05:00.123456789Z\n")).toBe(AT + 123);
  expect(instant("2026-01-15T14:05:00+02:00")).toBe(AT);
  expect(instant("Thu, 15 Jan 2026 12:05:00 GMT")).toBe(AT);
});

test("anything else is none", () => {
  const odd = [
    null,
    undefined,
    "",
    "soon",
    "1",
    "-5",
    "2026",
    "2026-99-99T12:00:00Z",
    `2026-01-15T12:05:00Z${" x".repeat(80)}`,
  ];
  for (const text of odd) expect(instant(text)).toBeUndefined();
});
