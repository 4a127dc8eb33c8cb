import { expect, test } from "bun:test";
import { Sink } from "../../../src/google/stream/sink";

const BYTES = Buffer.from("0123456789".repeat(10));

test("ranges that follow each other in the same bytes come out as these bytes, without a copy", () => {
  const sink = new Sink();
  sink.add(BYTES, 0, 30);
  sink.add(BYTES, 30);
  expect(sink.take()[0]).toBe(BYTES);
  sink.add(BYTES, 10, 20);
  sink.add(BYTES, 20, 25);
  const taken = sink.take()[0];
  expect(taken?.toString()).toBe("012345678901234");
  expect(taken?.buffer).toBe(BYTES.buffer);
});

test("anything else is put together in order, and what was taken stays as it was", () => {
  const sink = new Sink();
  const pieces = [Buffer.from("a"), BYTES, Buffer.from("short"), BYTES, Buffer.from(BYTES)];
  const text = pieces.join("");
  const fill = () => {
    for (const piece of pieces) sink.add(piece);
  };
  fill();
  expect(sink.size).toBe(text.length);
  const first = sink.take()[0];
  fill();
  fill();
  expect(sink.take()[0]?.toString()).toBe(text.repeat(2));
  expect(first?.toString()).toBe(text);
});

test("a gap or a step back in the same bytes is no neighbour", () => {
  const sink = new Sink();
  sink.add(BYTES, 0, 3);
  sink.add(BYTES, 5, 7);
  sink.add(BYTES, 0, 2);
  expect(sink.take()[0]?.toString()).toBe("0125601");
});

test("nothing collected is nothing to take", () => {
  const sink = new Sink();
  sink.add(Buffer.alloc(0));
  sink.add(BYTES, 7, 7);
  expect([sink.size, sink.take()]).toEqual([0, []]);
});
