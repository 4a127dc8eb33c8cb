import { describe, expect, test } from "bun:test";
import type { CaseContext } from "../../src/simulator/cases/case";
import { type FaultInput, findFault } from "../../src/simulator/stream-faults";

const context: CaseContext = {
  backend: "gemini-api",
  model: "m",
  method: "StreamGenerateContent",
  project: "p",
  projectNumber: "1",
  now: 0,
  changes: {},
};
const say = (text: string, more: object = {}) => ({
  candidates: [{ content: { parts: [{ text }], role: "model" }, ...more }],
  usageMetadata: { totalTokenCount: 1 },
});
const input: FaultInput = {
  events: [say("Süß 🌞"), say(".", { finishReason: "STOP" })],
  shape: { backend: "gemini-api", streaming: true, sse: true },
  context,
};
const spoil = (name: string, changes: CaseContext["changes"] = {}) => {
  const fault = findFault(name);
  if (fault === undefined) throw new Error(`no fault is called ${name}`);
  return fault({ ...input, context: { ...context, changes } });
};
const sends = (name: string, changes: CaseContext["changes"] = {}) =>
  spoil(name, changes).steps.flatMap((step) => ("send" in step ? [Buffer.from(step.send as Uint8Array)] : []));

describe("split", () => {
  test("tears characters and line ends, and loses no byte", () => {
    const pieces = sends("split", { chunkBytes: 1 });
    expect(pieces.every(({ length }) => length === 1)).toBe(true);
    expect(Buffer.concat(pieces).toString("utf8")).toBe(
      Buffer.concat(sends("metadata-only").slice(1, 3)).toString("utf8"),
    );
  });

  test("uneven by default", () => {
    expect(new Set(sends("split").map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test("a long answer is torn at its beginning only, so that it ends in time", () => {
    const fault = findFault("split");
    const long = fault?.({ ...input, events: [say("x".repeat(1_000_000))] });
    expect(long?.steps.length).toBeLessThan(10_000);
    expect(long?.steps.reduce((sum, step) => sum + ("send" in step ? step.send.length : 0), 0)).toBeGreaterThan(
      1_000_000,
    );
  });
});

test("what is held ends in the end", () => {
  for (const name of ["stall", "silent"]) {
    expect(spoil(name).steps.slice(-2)).toEqual([{ holdMs: 600_000 }, { cut: true }]);
    expect(spoil(name, { holdSeconds: 3 }).steps.slice(-2)).toEqual([{ holdMs: 3000 }, { cut: true }]);
  }
  expect(spoil("silent").status).toBe(0);
});

test("a finish before any output has no parts", () => {
  const [only] = sends("other-empty");
  expect(JSON.parse(String(only).replace(/^data: /, "")).candidates).toEqual([
    { content: { role: "model" }, finishReason: "OTHER" },
  ]);
});

test("nothing is called like a property of every object", () => {
  expect(findFault("toString")).toBeUndefined();
});
