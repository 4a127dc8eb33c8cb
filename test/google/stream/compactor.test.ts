import { expect, test } from "bun:test";
import { Compactor } from "../../../src/google/stream/compactor";

test("ranges of the same bytes move together in these bytes", () => {
  const bytes = Buffer.from("..abc....def.ghi...");
  const compactor = new Compactor();
  compactor.add(bytes, 2, 5);
  compactor.add(bytes, 9, 12);
  compactor.add(bytes, 13, 16);
  expect(compactor.size).toBe(9);
  const [piece, ...more] = compactor.take();
  expect([piece?.toString(), more]).toEqual(["abcdefghi", []]);
  expect(piece?.buffer).toBe(bytes.buffer);
});

test("other bytes are another piece, in order, and what was taken changes no more", () => {
  const compactor = new Compactor();
  const bytes = Buffer.from("a-b-c-d");
  for (const at of [0, 2]) compactor.add(bytes, at, at + 1);
  compactor.add(Buffer.from("other"));
  const first = compactor.take();
  compactor.add(bytes, 4, 5);
  compactor.add(bytes, 6, 7);
  expect(first.map(String)).toEqual(["ab", "other"]);
  expect(compactor.take().map(String)).toEqual(["cd"]);
  expect(first.map(String)).toEqual(["ab", "other"]);
  expect([compactor.take(), compactor.size]).toEqual([[], 0]);
});
