import { expect, test } from "bun:test";
import { systemClock } from "../../src/system/clock";

test("an aborted sleep rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(sleep).rejects.toThrow("enough");
  await expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow("enough");
});

test("a cancelled timer never runs, the next one does", async () => {
  const ran: string[] = [];
  const cancel = systemClock.after(0, () => ran.push("cancelled"));
  cancel();
  cancel();
  await new Promise<void>((resolve) => {
    systemClock.after(1, () => {
      ran.push("kept");
      resolve();
    });
    // `after` alone would not keep a process alive; the test runner does.
  });
  expect(ran).toEqual(["kept"]);
});

test("a timer of many years does not fire at once", async () => {
  let fired = false;
  const cancel = systemClock.after(10 * 365 * 86_400_000, () => {
    fired = true;
  });
  await systemClock.sleep(2);
  cancel();
  expect(fired).toBe(false);
});

test("the monotonic clock never goes back", () => {
  const first = systemClock.monotonic();
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
  expect(systemClock.now()).toBeGreaterThan(1_700_000_000_000);
});
