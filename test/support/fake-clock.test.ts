import { expect, test } from "bun:test";
import { fakeClock } from "./fake-clock";

test("sleeps and timers run in the order they fall due, also those set on the way", async () => {
  const clock = fakeClock(0);
  const seen: string[] = [];
  clock.after(30, () => seen.push(`timer ${clock.now()}`));
  const story = (async () => {
    await clock.sleep(10);
    seen.push(`first ${clock.now()}`);
    await clock.sleep(10);
    seen.push(`second ${clock.now()}`);
  })();
  await clock.advance(30);
  await story;
  expect(seen).toEqual(["first 10", "second 20", "timer 30"]);
  expect(clock.slept).toEqual([10, 10]);
});

test("nothing runs before its time and a cancelled timer never does", async () => {
  const clock = fakeClock(0);
  let runs = 0;
  clock.after(10, () => runs++);
  clock.after(5, () => runs++)();
  await clock.advance(9);
  expect(runs).toBe(0);
  expect(clock.pending()).toBe(1);
  await clock.advance(1);
  expect(runs).toBe(1);
});

test("finish takes exactly the time a promise needs and no more than it may", async () => {
  const clock = fakeClock(0);
  expect(await clock.finish(clock.sleep(5_000).then(() => "done"))).toBe("done");
  expect(clock.now()).toBe(5_000);
  await expect(clock.finish(clock.sleep(5_000), 1_000)).rejects.toThrow("still waiting");
});

test("an abort ends a sleep at once", async () => {
  const clock = fakeClock(0);
  const controller = new AbortController();
  const sleep = clock.sleep(1_000, controller.signal);
  controller.abort(new Error("stop"));
  await expect(sleep).rejects.toThrow("stop");
  expect(clock.pending()).toBe(0);
});
