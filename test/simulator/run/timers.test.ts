import { expect, test } from "bun:test";
import fc from "fast-check";
import { Timers } from "../../../src/simulator/run/timers";

test("timers come in the order of their times, equal ones as they were set, cancelled ones never", () => {
  const set = fc.record({ at: fc.nat({ max: 50 }), cancelled: fc.boolean() });
  fc.assert(
    fc.property(fc.array(set, { maxLength: 200 }), fc.nat({ max: 50 }), (all, until) => {
      const timers = new Timers();
      const seen: number[] = [];
      const cancels = all.map(({ at }, index) => timers.add(at, () => seen.push(index)));
      for (const [index, { cancelled }] of all.entries()) if (cancelled) cancels[index]?.();
      for (let due = timers.take(until); due; due = timers.take(until)) due.work();
      const left = all.map(({ at, cancelled }, index) => ({ at, cancelled, index })).filter((one) => !one.cancelled);
      const expected = left.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.index - b.index);
      expect(seen).toEqual(expected.map(({ index }) => index));
      expect(timers.size).toBe(left.length - expected.length);
    }),
    { seed: 20261120 },
  );
});

test("many cancelled timers are cleared away and the others stay in order", () => {
  const timers = new Timers();
  const seen: number[] = [];
  for (let at = 20_000; at > 0; at -= 1) {
    const cancel = timers.add(at, () => seen.push(at));
    if (at % 1000 !== 0) cancel();
    cancel();
  }
  expect(timers.size).toBe(0);
  for (const at of [3, 1, 2]) timers.add(at, () => seen.push(at));
  for (let due = timers.take(10); due; due = timers.take(10)) due.work();
  expect(seen).toEqual([1, 2, 3]);
});

test("cancelling what has run changes nothing", () => {
  const timers = new Timers();
  const cancel = timers.add(1, () => {});
  timers.take(1)?.work();
  cancel();
  expect(timers.size).toBe(0);
});
