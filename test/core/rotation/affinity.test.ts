import { expect, test } from "bun:test";
import { nextBinding, recentSessions } from "../../../src/core/rotation/affinity";
import { aBinding, NOW } from "../../support/builders";

const place = (more: object = {}) => ({
  sessionId: "ses-1",
  parentSessionId: undefined,
  accountId: "a1",
  now: NOW + 5,
  repaired: false,
  ...more,
});

test("a binding keeps its age while the conversation stays, and counts its moves", () => {
  const first = nextBinding(undefined, place());
  expect(first).toMatchObject({ boundAt: NOW + 5, lastAnswerAt: NOW + 5, movedCount: 0 });
  const stayed = nextBinding(first, place({ now: NOW + 9 }));
  expect(stayed).toMatchObject({ boundAt: NOW + 5, lastAnswerAt: NOW + 9, movedCount: 0 });
  const moved = nextBinding(stayed, place({ accountId: "a2", now: NOW + 10 }));
  expect(moved).toMatchObject({ accountId: "a2", boundAt: NOW + 10, movedCount: 1 });
});

test("a repaired history counts as moved, once", () => {
  const repaired = nextBinding(aBinding(), place({ repaired: true }));
  expect(repaired.movedCount).toBe(1);
  expect(nextBinding(repaired, place({ repaired: true })).movedCount).toBe(1);
});

test("conversations of the last five minutes count, waiting ones where they wait now", () => {
  const bindings = [
    aBinding({ sessionId: "old", boundAt: NOW - 300_000 }),
    aBinding({ sessionId: "new", boundAt: NOW - 1 }),
    aBinding({ sessionId: "moving", boundAt: NOW - 1 }),
  ];
  const counts = recentSessions(bindings, new Map([["moving", "a2"]]), NOW);
  expect([...counts]).toEqual([
    ["a1", 1],
    ["a2", 1],
  ]);
});
