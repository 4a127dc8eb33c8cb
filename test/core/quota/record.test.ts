import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { joinRecords } from "../../../src/core/quota/record";
import { NOW } from "../../support/builders";
import { anyRecord, aRecordOf, HOUR, keyPlace } from "./parts";

describe("what two processes know of one limit, together", () => {
  test("comes out the same in any order, and saying it twice changes nothing", () => {
    fc.assert(
      fc.property(anyRecord(), anyRecord(), anyRecord(), (a, b, c) => {
        expect(joinRecords(a, b)).toEqual(joinRecords(b, a));
        expect(joinRecords(joinRecords(a, b), c)).toEqual(joinRecords(a, joinRecords(b, c)));
        expect(joinRecords(a, a)).toEqual(a);
        expect(joinRecords(joinRecords(a, b), b)).toEqual(joinRecords(a, b));
      }),
      { seed: 21, numRuns: 1_000 },
    );
  });

  test("counting began when the first of them began", () => {
    const [early, late] = [NOW - HOUR, NOW].map((countedSince) => aRecordOf(keyPlace(), { countedSince }));
    expect(joinRecords(late!, early!).countedSince).toBe(NOW - HOUR);
    expect(joinRecords(aRecordOf(keyPlace()), late!).countedSince).toBe(NOW);
  });
});
