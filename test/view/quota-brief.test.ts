import { expect, test } from "bun:test";
import { quotaBrief } from "../../src/view/quota-brief";
import { anAccountSnapshot, aPool } from "./pool";

const time = () => "14:32";
const many = Array.from({ length: 12 }, (_, index) => anAccountSnapshot({ id: `a${index}`, label: `key ${index}` }));
const parked = anAccountSnapshot({ id: "p", label: "work seat", state: "parked", reason: "needs a new login" });

test("trouble stands first, and what does not fit is counted", () => {
  const lines = quotaBrief(aPool([...many, parked]), time, { width: 60, lines: 8 });
  expect(lines.length).toBe(8);
  expect(lines[2]).toBe("work seat            parked: needs a new login");
  expect(lines.at(-1)).toBe("… and 8 more: gemini-pool status");
});

test("everybody is there where there is room, and no line is longer than that", () => {
  const long = anAccountSnapshot({ label: "x".repeat(99), reason: "y".repeat(99), state: "cooling", until: 1 });
  const lines = quotaBrief(aPool([...many, long]), time, { width: 60, lines: 40 });
  expect(lines.length).toBe(17);
  expect(lines.slice(-2)).toEqual(["", "Calls, tokens and what is left of each: gemini-pool status"]);
  expect(quotaBrief(aPool([...many, long]), time, { width: 60, lines: 15 }).length).toBe(15);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
});
