import { expect, test } from "bun:test";
import fc from "fast-check";
import { elementRanges, firstElement, memberRange } from "../../../src/google/stream/json-range";

function member(text: string, key: string): string | undefined {
  const bytes = Buffer.from(text);
  const found = memberRange(bytes, 0, bytes.length, Buffer.from(key));
  return found && bytes.toString("utf8", found.start, found.end);
}

test("finds the value of a key of the object itself, not of one inside it or inside a string", () => {
  const text =
    '{ "x": {"response": 1, "y": "}]\\"\\\\"}, "t": "\\"response\\": 2", "response" : [3, "]"] , "z": null }';
  expect(member(text, "response")).toBe('[3, "]"]');
  expect(member(text, "z")).toBe("null");
  expect(member(text, "y")).toBeUndefined();
});

test("of a repeated key the last counts, as when parsed", () => {
  expect(member('{"a":1,"b":0,"a":2}', "a")).toBe("2");
});

test("half an object has no members", () => {
  const text = '{"a":{"b":"c\\""},"d":12}';
  for (let end = 0; end < text.length; end++) expect(member(text.slice(0, end), "a")).toBeUndefined();
  expect(member("[1]", "a")).toBeUndefined();
  expect(member("{}", "a")).toBeUndefined();
});

test("agrees with parsing for any object, however it is spaced", () => {
  const json = fc.dictionary(fc.constantFrom("a", "response", "é", '"', "\\"), fc.jsonValue({ maxDepth: 4 }));
  fc.assert(
    fc.property(json, fc.constantFrom(0, 1), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      for (const key of ["a", "response", "é"]) {
        const found = member(text, key);
        expect(found === undefined ? undefined : JSON.parse(found)).toEqual(JSON.parse(text)[key]);
      }
    }),
    { seed: 1, numRuns: 400 },
  );
});

test("long strings and long runs of backslashes cost what their bytes cost", () => {
  const long = `${"\\\\".repeat(500_000)}${"x".repeat(1_000_000)}${'\\"'.repeat(200_000)}`;
  expect(member(`{"a":"${long}","b":7}`, "b")).toBe("7");
});

test("the first element of a list, if it has one", () => {
  const first = (text: string) => {
    const bytes = Buffer.from(text);
    const found = firstElement(bytes, 0, bytes.length);
    return found && bytes.toString("utf8", found.start, found.end);
  };
  expect(first('[ {"a":[1]} , 2]')).toBe('{"a":[1]}');
  expect(first("[]")).toBeUndefined();
  expect(first("{}")).toBeUndefined();
});

test("the elements of a list are those that parsing finds, and what is no list has none", () => {
  const elements = (text: string, from?: number, to?: number) => {
    const bytes = Buffer.from(text);
    const found = elementRanges(bytes, from ?? 0, to ?? bytes.length);
    return found.map(({ start, end }) => bytes.toString("utf8", start, end));
  };
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 }), fc.constantFrom(0, 1), (list, indent) => {
      const text = JSON.stringify(list, null, indent);
      expect(elements(text).map((element) => JSON.parse(element))).toEqual(JSON.parse(text));
    }),
    { seed: 23, numRuns: 300 },
  );
  expect(elements('{"a":[1]}')).toEqual([]);
  expect(elements('[1,"a]', 0)).toEqual(["1"]);
  expect(elements('[[1],"a"]', 1, 4)).toEqual(["1"]);
  expect(elements("[")).toEqual([]);
});
