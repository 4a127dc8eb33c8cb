import { expect, test } from "bun:test";
import { asNumber, asRecord, asRecords, asText, parseJson } from "../../../src/google/errors/loose";

test("takes what has the right shape and nothing else", () => {
  expect(asRecord({ a: 1 })).toEqual({ a: 1 });
  expect([asRecord(null), asRecord([]), asRecord("x")]).toEqual([undefined, undefined, undefined]);
  expect(asRecords([{ a: 1 }, null, 7, [], { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }]);
  expect(asRecords({ length: 3 })).toEqual([]);
  expect([asText("x"), asText(""), asText(7)]).toEqual(["x", undefined, undefined]);
});

test("reads numbers also as proto3 writes them", () => {
  expect([asNumber(0), asNumber("0"), asNumber("20"), asNumber(" 1.5 ")]).toEqual([0, 0, 20, 1.5]);
  for (const none of ["", " ", "x", "1e999", Number.NaN, Number.POSITIVE_INFINITY, null, {}, "1".repeat(30)]) {
    expect(asNumber(none)).toBeUndefined();
  }
});

test("what is no JSON is undefined", () => {
  expect(parseJson("{")).toBeUndefined();
  expect(parseJson("[".repeat(100_000))).toBeUndefined();
  expect(parseJson("null")).toBeNull();
});
