import { expect, test } from "bun:test";
import { Filter } from "../../../src/google/stream/filter";
import { passed, unwrapped } from "../../../src/google/stream/framing";
import { usageOf } from "../../../src/google/stream/usage";
import * as f from "../../fixture/streams";
import { cutAt } from "../../fixture/streams-cut";

test("what Google leaves out or garbles counts as none", () => {
  const none = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, thoughtTokens: 0 };
  expect(usageOf({ usageMetadata: {} })).toEqual(none);
  const odd = { promptTokenCount: "3", candidatesTokenCount: -1, thoughtsTokenCount: 2 };
  expect(usageOf({ usageMetadata: odd })).toEqual({ ...none, thoughtTokens: 2 });
  for (const value of [undefined, [], {}, { usageMetadata: 3 }]) expect(usageOf(value)).toBeUndefined();
});

test("the last figures of a long stream count, though every event has some and nobody parsed them", () => {
  const events = Array.from({ length: 50 }, (_, i) => f.says("a", { usageMetadata: { promptTokenCount: i + 1 } }));
  for (const [framing, text] of [
    [passed, f.geminiStream(...events)],
    [unwrapped, f.codeAssistStream(...events)],
  ] as const) {
    for (const size of [7, 100, 1_000, text.length]) {
      const filter = new Filter(framing);
      const places = Array.from({ length: Math.floor(text.length / size) }, (_, i) => i * size);
      for (const chunk of cutAt(Buffer.from(text), places)) filter.push(chunk);
      expect(filter.usage()?.inputTokens).toBe(50);
    }
  }
});
