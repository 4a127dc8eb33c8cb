import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonSoFar } from "../../../src/google/errors/json-so-far";

const plain = (text: string, from?: number) => JSON.parse(JSON.stringify(jsonSoFar(text, from)));
const value = (text: string) => plain(text).value;

describe("jsonSoFar", () => {
  test("reads whole JSON as JSON.parse does, however it is printed", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (json, indent) => {
        const text = `${JSON.stringify({ json }, null, indent)}\n`;
        const wanted = { value: JSON.parse(text), whole: true };
        expect(plain(text)).toEqual(wanted);
        expect(plain(`:${text}`, 1)).toEqual(wanted);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("of JSON that was cut, keeps what stands before", () => {
    const text = '{"error":{"code":429,"list":[1,{"a":"b"}],"x":{"y":true}}}';
    expect(plain(text.slice(0, -1))).toEqual({ value: JSON.parse(text), whole: false });
    expect(value(text.slice(0, text.indexOf('"b"') + 2))).toEqual({ error: { code: 429, list: [1, {}] } });
    expect(value(text.slice(0, text.indexOf("true") + 2))).toEqual({
      error: { code: 429, list: [1, { a: "b" }], x: {} },
    });
    expect(value('{"error":{"code":42')).toEqual({ error: {} });
    expect(value('{"error":{"co')).toEqual({ error: {} });
  });

  test("half a message is better than none, also half an escape of one", () => {
    expect(value('{"message":"You exceeded your cur')).toEqual({ message: "You exceeded your cur" });
    expect(value('{"message":"two\\nlines and a \\')).toEqual({ message: "two\nlines and a " });
    expect(value('{"message":"two\\nlines and \\u00')).toEqual({ message: "two\nlines and " });
    expect(value('{"reason":"TOS_VIOL')).toEqual({});
  });

  test("bears commas too many, and line breaks within a string", () => {
    expect(plain('{,"a":[,1,,2,],,"b":"x\n\ty",}')).toEqual({ value: { a: [1, 2], b: "x  y" }, whole: true });
  });

  test("stops where it is no JSON any more", () => {
    expect(plain('{"a":1,"b":oops,"c":2}')).toEqual({ value: { a: 1 }, whole: false });
    expect(plain('{"a":1]')).toEqual({ value: { a: 1 }, whole: false });
    expect(plain("no JSON")).toEqual({ whole: false });
    expect(plain("")).toEqual({ whole: false });
  });

  test("begins where it is told and ignores what follows", () => {
    expect(plain('said: {"a":1} and more', 6)).toEqual({ value: { a: 1 }, whole: true });
  });

  test("what names do in JavaScript does not matter", () => {
    const { value: read } = jsonSoFar('{"__proto__":{"polluted":true},"constructor":1,"x":{},');
    expect(Object.keys(read as object)).toEqual(["__proto__", "constructor", "x"]);
    expect({}).not.toHaveProperty("polluted");
  });

  test("any beginning of any JSON is read without a throw, and never says more than the whole", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(400), (json, end) => {
        const text = JSON.stringify([json]);
        const beginning = plain(text.slice(0, end)).value;
        if (end >= text.length) expect(beginning).toEqual(JSON.parse(text));
        else expect(JSON.stringify(beginning ?? null).length).toBeLessThanOrEqual(text.length + 4);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test("gets through depths and lengths that a parser by recursion would not", () => {
    expect(jsonSoFar("[".repeat(65_536)).whole).toBe(false);
    expect(jsonSoFar('{"a":'.repeat(13_000)).whole).toBe(false);
    expect(plain(`{"message":"${"\\\\".repeat(30_000)}`).value.message.length).toBe(30_000);
  });
});
