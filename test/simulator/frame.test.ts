import { expect, test } from "bun:test";
import { frame, merge } from "../../src/simulator/frame";

const event = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { role: "model", parts }, ...more }],
  modelVersion: "m",
});

test("one body holds all parts in order, neighbouring texts of one kind joined, the finish and the last usage", () => {
  const whole = merge([
    event([{ text: "a", thought: true }]),
    event([{ text: "b" }]),
    event([{ text: "c" }]),
    {
      ...event([{ functionCall: { name: "f", args: {} } }], { finishReason: "STOP" }),
      usageMetadata: { totalTokenCount: 9 },
    },
  ]);
  expect(whole).toMatchObject({
    candidates: [
      {
        finishReason: "STOP",
        content: {
          role: "model",
          parts: [{ text: "a", thought: true }, { text: "bc" }, { functionCall: { name: "f" } }],
        },
      },
    ],
    usageMetadata: { totalTokenCount: 9 },
  });
});

test("an error among the events is the body", () => {
  expect(merge([event([{ text: "a" }]), { error: { code: 503 } }])).toEqual({ error: { code: 503 } });
});

test("no event is an empty array, never a broken one", () => {
  expect(frame([], { backend: "gemini-api", streaming: true, sse: false })).toEqual([{ send: "[]" }]);
});
