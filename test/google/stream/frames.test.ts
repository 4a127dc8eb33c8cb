import { expect, test } from "bun:test";
import fc from "fast-check";
import { Frames } from "../../../src/google/stream/frames";
import { cutAt } from "../../fixture/streams-cut";

/** The events of the chunks, each with its count of lines. A LF that only completes the CR before it is left out. */
function events(chunks: readonly Buffer[]) {
  const frames = new Frames();
  const seen: [text: string, lines: number][] = [];
  const tell = (bytes: Buffer, start: number, end: number, lines: number) =>
    seen.push([
      bytes
        .toString("utf8", start, end)
        .replace(/[\r\n]+$/, "")
        .replace(/^\n/, ""),
      lines,
    ]);
  for (const chunk of chunks) frames.push(chunk, tell);
  return { seen, rest: frames.rest().toString().replace(/^\n/, ""), size: frames.size };
}

const TEXT = fc
  .array(fc.constantFrom("data: a", ":c", "\n", "\r", "\r\n", "é", "\n\n", "\r\n\r\n", "\r\r"), { maxLength: 30 })
  .map((pieces) => pieces.join(""));

test("events and their lines do not depend on where the bytes are cut", () => {
  fc.assert(
    fc.property(TEXT, fc.array(fc.nat(60), { maxLength: 12 }), (text, places) => {
      const bytes = Buffer.from(text);
      const cut = events(cutAt(bytes, places));
      const whole = events([bytes]);
      expect(cut.seen).toEqual(whole.seen);
      expect(cut.rest).toBe(whole.rest);
    }),
    { seed: 4, numRuns: 500 },
  );
});

test("skimming leaves off where reading would", () => {
  fc.assert(
    fc.property(TEXT, TEXT, fc.array(fc.nat(60), { maxLength: 12 }), (text, more, places) => {
      const [read, skimmed] = [new Frames(), new Frames()];
      for (const chunk of cutAt(Buffer.from(text), places)) expect(skimmed.skim(chunk)).toBe(read.push(chunk));
      expect(skimmed.rest().toString()).toBe(read.rest().toString());
      const [a, b]: [string[], string[]] = [[], []];
      read.push(Buffer.from(more), (bytes, start, end, lines) =>
        a.push(`${lines} ${bytes.toString("utf8", start, end)}`),
      );
      skimmed.push(Buffer.from(more), (bytes, start, end, lines) =>
        b.push(`${lines} ${bytes.toString("utf8", start, end)}`),
      );
      expect(b).toEqual(a);
    }),
    { seed: 6, numRuns: 500 },
  );
});

test("it keeps no more than the event that is not whole", () => {
  const frames = new Frames();
  for (let i = 0; i < 100; i++) frames.push(Buffer.from("data: x\n\ndata: y"));
  expect(frames.rest().toString()).toBe("data: y");
});
