import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonFault } from "../../src/storage/json-fault";

const FAULTS: readonly (readonly [string, string])[] = [
  ["", "line 1, column 1: expected value"],
  ['{"a": 1,}', "line 1, column 9: expected name"],
  ['{\n  "a": 1,\n  "b": [1, 2,]\n}', "line 3, column 14: expected value"],
  ['{\n  "a": 1\n  "b": 2\n}', "line 3, column 3: expected , or }"],
  ['{"a" 1}', "line 1, column 6: expected :"],
  ["{'a': 1}", "line 1, column 2: expected name or }"],
  ['{"a": "open', "line 1, column 7: expected value"],
  ['{"a": [1', "line 1, column 9: expected , or ]"],
  ["{} {}", "line 1, column 4: expected end"],
  ['{"a": // no\n1}', "line 1, column 7: expected value"],
  ["[01]", "line 1, column 3: expected , or ]"],
];

for (const [text, fault] of FAULTS) {
  test(`${JSON.stringify(text)} → ${fault}`, () => expect(jsonFault(text)).toBe(fault));
}

test("agrees with the runtime on what is JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", " "), (value, place, extra) => {
      const whole = JSON.stringify(value, null, 1);
      const at = place % (whole.length + 1);
      const text = whole.slice(0, at) + extra + whole.slice(at);
      const isJson = (() => {
        try {
          JSON.parse(text);
          return true;
        } catch {
          return false;
        }
      })();
      expect(jsonFault(text) === undefined).toBe(isJson);
    }),
    { numRuns: 300 },
  );
});
