import { expect, test } from "bun:test";
import fc from "fast-check";
import { OpenString } from "../../../src/google/stream/open-string";
import { cutAt } from "../../fixture/streams-cut";

/** Reads chunk by chunk and spoils each behind it, as an unwrapped stream does. */
function readIn(string: OpenString, chunks: readonly Buffer[]): { text: string | undefined; rest: string } | undefined {
  for (const [index, chunk] of chunks.entries()) {
    const end = string.read(chunk, 0);
    if (end < 0) chunk.fill("!");
    else
      return { text: string.take(), rest: Buffer.concat([chunk.subarray(end), ...chunks.slice(index + 1)]).toString() };
  }
  return undefined;
}

test("ends at its own quote, wherever it is cut, and is itself again for the next", () => {
  const string = new OpenString();
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("\\", '"', "a", "é") }));
  fc.assert(
    fc.property(value, fc.array(fc.nat(400)), (text, places) => {
      const raw = JSON.stringify(text).slice(1, -1);
      const bytes = Buffer.from(`${raw}","tail":"x"`);
      expect(readIn(string, cutAt(bytes, places))).toEqual({ text: Buffer.from(raw).toString(), rest: ',"tail":"x"' });
    }),
    { seed: 17, numRuns: 400 },
  );
});

test("longer than 1 MB it is read over, and the next is not", () => {
  const string = new OpenString();
  const long = Buffer.from(`${"x".repeat(1_000_001)}"`);
  expect(readIn(string, cutAt(long, [1, 500_000, 1_000_000]))).toEqual({ text: undefined, rest: "" });
  expect(readIn(string, [Buffer.from(long)])).toEqual({ text: undefined, rest: "" });
  const longest = "x".repeat(1_000_000);
  expect(readIn(string, [Buffer.from(longest), Buffer.from('"')])?.text).toBe(longest);
});

test("never closed it says so", () => {
  expect(new OpenString().read(Buffer.from('abc\\"'), 0)).toBe(-1);
  expect(new OpenString().read(Buffer.alloc(0), 0)).toBe(-1);
});
