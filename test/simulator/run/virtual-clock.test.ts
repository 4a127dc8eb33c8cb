import { expect, test } from "bun:test";
import { createVirtualClock } from "../../../src/simulator/run/virtual-clock";
import { settled } from "../../support/fake-clock";

test("a chain of sleeps takes its time and no more, and stops where time does", async () => {
  const clock = createVirtualClock(1000);
  const seen: number[] = [];
  void (async () => {
    for (;;) {
      await clock.sleep(10);
      seen.push(clock.now());
    }
  })();
  await clock.runUntil(1035, settled);
  expect(seen).toEqual([1010, 1020, 1030]);
  expect([clock.now(), clock.monotonic()]).toEqual([1035, 35]);
  await clock.runUntil(1040, settled);
  expect(seen).toEqual([1010, 1020, 1030, 1040]);
});

test("parts of a millisecond are rounded up: nothing happens too early", async () => {
  const clock = createVirtualClock(0);
  const woken = clock.sleep(0.2).then(() => clock.now());
  await clock.runUntil(5, settled);
  expect(await woken).toBe(1);
});

test("an abort ends a sleep at once", async () => {
  const clock = createVirtualClock(0);
  const controller = new AbortController();
  const sleep = clock.sleep(1000, controller.signal).catch((error: Error) => error.message);
  controller.abort(new Error("stop"));
  expect(await sleep).toBe("stop");
  await expect(clock.sleep(1000, controller.signal)).rejects.toThrow("stop");
});

test("a cancelled timer never runs", async () => {
  const clock = createVirtualClock(0);
  let runs = 0;
  clock.after(5, () => runs++)();
  await clock.runUntil(100, settled);
  expect(runs).toBe(0);
});
