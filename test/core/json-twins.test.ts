import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonTwins } from "../../src/core/json-twins";

test("a name that stands twice in one object is found, with its line", () => {
  expect(jsonTwins('{\n "accounts": [],\n "accounts": [1]\n}')).toBe('"accounts" twice, again in line 3');
  expect(jsonTwins('{"a":[{"key":"x"},{"key":"y",\n"b":{},"key":"z"}]}')).toBe('"key" twice, again in line 2');
  expect(jsonTwins('{"a":1,"\\u0061":2}')).toBe('"a" twice, again in line 1');
});

test("a name that may be a secret is not repeated", () => {
  expect(jsonTwins('{"AIza-example-1":1,"AIza-example-1":2}')).toBe("a name twice, again in line 1");
});

test("the same name in two objects, as a value, or in a list is none", () => {
  expect(jsonTwins('{"a":{"a":"a"},"b":["a","a",{"a":1}],"c":"a"}')).toBeUndefined();
  expect(jsonTwins('{"a":"\\"a\\":1,\\"a\\":2","b":",{"}')).toBeUndefined();
});

test("no JSON that a program has written has any", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(jsonTwins(JSON.stringify(value, null, indent))).toBeUndefined();
    }),
    { seed: 7 },
  );
});
