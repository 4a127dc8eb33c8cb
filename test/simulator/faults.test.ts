import { expect, test } from "bun:test";
import { createFaultBook } from "../../src/simulator/faults";
import type { FaultRule } from "../../src/simulator/scenario";

const call = { account: "a", path: "generate", model: "m" } as const;
const fired = (rules: readonly FaultRule[], times: number) => {
  const book = createFaultBook(rules);
  return Array.from({ length: times }, () => book.take(call)?.answer);
};

test.each([
  ["a list", [1, 3], ["x", undefined, "x", undefined]],
  ["from", { from: 3 }, [undefined, undefined, "x", "x"]],
  ["from to", { from: 2, to: 3 }, [undefined, "x", "x", undefined]],
  ["all", "all", ["x", "x", "x", "x"]],
] as const)("call numbers: %s", (_, calls, expected) => {
  expect(fired([{ answer: "x", calls }], 4)).toEqual([...expected]);
});

test.each([
  ["another account", { account: "b" }],
  ["another path", { path: "token" }],
  ["another model", { model: "n" }],
] as const)("a rule about %s neither fires nor counts", (_, on) => {
  expect(fired([{ on, answer: "x" }], 2)).toEqual([undefined, undefined]);
});

test("the first rule that fires answers, and the others have counted the call", () => {
  expect(fired([{ answer: "x", calls: [1] }, { answer: "y", calls: [2] }, { answer: "z" }], 3)).toEqual([
    "x",
    "y",
    "z",
  ]);
});
