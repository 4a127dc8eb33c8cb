import { expect, test } from "bun:test";
import { inFlightElsewhere, PRESENCE_MS } from "../../src/core/presence";

const NOW = 1_000_000;
const presence = (processId: string, beatAt: number, ...counts: [string, number][]) => ({
  processId,
  beatAt,
  inFlight: new Map(counts),
});

test("adds up what living processes have out, and says until when that holds", () => {
  const { counts, until } = inFlightElsewhere(
    [presence("p1", NOW - 1_000, ["a1", 2], ["a2", 1]), presence("p2", NOW - 5_000, ["a1", 1])],
    NOW,
  );
  expect([...counts]).toEqual([
    ["a1", 3],
    ["a2", 1],
  ]);
  expect(until).toBe(NOW - 5_000 + PRESENCE_MS);
});

test("one that was not heard of for 30 s is dead, and so is one that speaks from the future", () => {
  const dead = [presence("p1", NOW - PRESENCE_MS, ["a1", 2]), presence("p2", NOW + PRESENCE_MS, ["a1", 2])];
  expect(inFlightElsewhere(dead, NOW)).toEqual({ counts: new Map(), until: Number.POSITIVE_INFINITY });
  expect(inFlightElsewhere([presence("p1", NOW - PRESENCE_MS + 1, ["a1", 2])], NOW).counts.get("a1")).toBe(2);
});
