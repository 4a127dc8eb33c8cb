import { expect, test } from "bun:test";
import fc from "fast-check";
import { usualEnvelope } from "../../../src/google/stream/envelope";
import { responseOf } from "../../../src/google/stream/unwrap";

const whole = (text: string) => {
  const bytes = Buffer.from(text);
  return { bytes, start: 0, end: bytes.length, bare: false, odd: true };
};

function inner(text: string) {
  const found = responseOf(whole(text));
  return found && { text: found.bytes.toString("utf8", found.start, found.end), odd: found.odd };
}

test("any answer comes out of any envelope letter by letter", () => {
  const answer = fc
    .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("modelVersion", "responseId", "usageMetadata"), fc.string())
    .map(([candidates, last, text]) => ({ candidates, [last]: text }));
  const members = fc.dictionary(
    fc.constantFrom("traceId", "credits", "x"),
    fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 2 })),
    {
      maxKeys: 3,
    },
  );
  fc.assert(
    fc.property(members, answer, members, fc.constantFrom(0, 2), (before, response, after, indent) => {
      const text = JSON.stringify({ ...before, response, ...after }, null, indent);
      const found = inner(text);
      expect(found?.odd).toBe(false);
      expect(JSON.parse(found?.text ?? "")).toEqual(JSON.parse(text).response);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test("the quick way is taken for the form Google sends, and left for any other", () => {
  const quick = (text: string) => usualEnvelope(Buffer.from(text), 0, Buffer.byteLength(text)) !== undefined;
  const answer = '{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"modelVersion":"m"}';
  expect(quick(`{"response":${answer},"traceId":"t"}`)).toBe(true);
  expect(quick(`{"response": ${answer} , "traceId" : "t"}`)).toBe(true);
  expect(quick(`{"response":${answer},"credits":[{"a":1}],"traceId":"t"}`)).toBe(false);
  expect(quick(`{"response":${answer},"credits":{"a":"b"},"traceId":"t"}`)).toBe(false);
  expect(quick(`{"response":{"text":"x"},"traceId":"t"}`)).toBe(false);
  expect(quick(`{"response":${answer},"traceId":"a\\"b"}`)).toBe(false);
  expect(quick(`{"response":${answer}}`)).toBe(false);
  expect(quick('{"response":')).toBe(false);
});

test("metadata alone is nothing; an error or a bare answer stays whole and is looked at", () => {
  expect(inner('{"traceId":"t"}')).toBeUndefined();
  expect(inner('{"response":null}')).toBeUndefined();
  for (const text of ['{"error":{"code":429}}', '{"candidates":[]}', '{"totalTokens":1}', "[]", "{half"])
    expect(inner(text)).toEqual({ text, odd: true });
});
