import { expect, test } from "bun:test";
import { parsed, read } from "../../../src/google/stream/reading";
import * as f from "../../fixture/streams";

const part = (fields: object) => ({ candidates: [{ content: { parts: [fields] } }] });

test.each([
  [{ text: "a" }, true],
  [{ text: "a", thought: true }, true],
  [{ functionCall: { name: "f" } }, true],
  [{ inlineData: { data: "AA" }, text: "" }, true],
  [{ text: "" }, false],
  [{ text: "", thoughtSignature: "c2ln" }, false],
  [{}, false],
])("a person would notice %j: %p", (fields, output) => {
  expect(read(part(fields)).output).toBe(output);
});

test("a refusal keeps its code where that is one of a failure", () => {
  expect(read(f.refusal(429)).refused).toEqual({ status: 429 });
  expect(read([f.refusal(429)]).refused).toEqual({ status: 429 });
  for (const code of [undefined, "429", 0, 200, 600, 404.5]) {
    expect(read({ error: { code } }).refused).toEqual({ status: 500 });
  }
  expect(read({ error: "text" }).refused).toBeUndefined();
});

test("blocked is a reason with nobody who answers", () => {
  expect(read(f.blocked).blocked).toBe(true);
  expect(read({ ...f.says("a"), ...f.blocked }).blocked).toBe(false);
  for (const blockReason of ["", "BLOCK_REASON_UNSPECIFIED", undefined, 4]) {
    expect(read({ promptFeedback: { blockReason } }).blocked).toBe(false);
  }
});

test("any value can be read", () => {
  for (const value of [
    undefined,
    null,
    1,
    "x",
    [],
    [null],
    { candidates: [null, { content: { parts: [null, 7] } }] },
  ]) {
    expect(read(value)).toMatchObject({ blocked: false, output: false, finish: undefined });
  }
  expect(parsed("{oops")).toBeUndefined();
});
