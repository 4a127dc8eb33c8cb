import { expect, test } from "bun:test";
import fc from "fast-check";
import { inexactNumberLine } from "../../src/core/inexact-number";

test("numbers that would be written back as others are found, with their line", () => {
  for (const number of ["12345678901234567890", "-9007199254740993", "1e999", "-1E400"])
    expect(inexactNumberLine(`{\n"a": "12345678901234567890",\n"b": [${number}]\n}`)).toBe(3);
});

test("all others are not: times, fractions, powers of two, and digits in texts", () => {
  for (const number of [
    "0",
    "1795089600000",
    "9007199254740991",
    "9007199254740992",
    "1e3",
    "0.1",
    "-2.5e-7",
    "3.141592653589793238",
  ])
    expect(inexactNumberLine(`{"a":${number},"b":"\\"99999999999999999999"}`)).toBeUndefined();
});

test("whatever JSON writes by itself passes", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => inexactNumberLine(JSON.stringify(value, null, 2)) === undefined));
});
