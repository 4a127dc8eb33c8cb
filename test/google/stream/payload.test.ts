import { expect, test } from "bun:test";
import { payloadOf } from "../../../src/google/stream/payload";

function payload(event: string, lineCount: number) {
  const bytes = Buffer.from(`..${event}`);
  const found = payloadOf(bytes, 2, bytes.length, lineCount);
  return found && { text: found.bytes.toString("utf8", found.start, found.end), bare: found.bare };
}

test.each([
  ['data: {"a":1}\r\n\r\n', 1, '{"a":1}'],
  ['data:{"a":1}\n\n', 1, '{"a":1}'],
  ['event: x\ndata: {"a":1}\nid: 7\n\n', 3, '{"a":1}'],
  ['data: {\r\ndata: "a":1\r\ndata:}\r\n\r\n', 3, '{ "a":1 }'],
])("the JSON of %j", (event, lineCount, text) => {
  expect(payload(event, lineCount)).toEqual({ text, bare: false });
});

test("comments, other fields and blanks carry nothing", () => {
  for (const event of [": ping\n\n", "event: x\nid: 3\n\n", "  \n\n"]) expect(payload(event, 1)).toBeUndefined();
});

test("JSON or a page without data before it is seen for what it is", () => {
  expect(payload(' {"error":{}}\n', 1)).toEqual({ text: '{"error":{}}', bare: true });
  expect(payload("<html>\n\n", 1)).toEqual({ text: "<html>", bare: true });
});
