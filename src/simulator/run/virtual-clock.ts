import type { DurationMs, EpochMs } from "../../core/account";
import type { Cancel, Clock } from "../../ports/world";
import { Timers } from "./timers";

/** Time that passes only in `runUntil`. Whole milliseconds: many things then fall on one instant and are settled together. */
export interface VirtualClock extends Clock {
  /**
   * Lets time pass, instant by instant; after each, everything that has become ready runs.
   * `settled` resolves once no promise is left to run: a macrotask of the machine.
   */
  runUntil(endAt: EpochMs, settled: () => Promise<void>): Promise<void>;
}

/** A clock that stands at `startsAt`. */
export function createVirtualClock(startsAt: EpochMs): VirtualClock {
  let now = startsAt;
  const timers = new Timers();
  const after = (ms: DurationMs, work: () => void): Cancel => timers.add(now + Math.max(0, Math.ceil(ms)), work);

  async function runUntil(endAt: EpochMs, settled: () => Promise<void>): Promise<void> {
    await settled();
    for (let next = timers.take(endAt); next; next = timers.take(endAt)) {
      now = next.at;
      for (let due: typeof next | undefined = next; due; due = timers.take(now)) due.work();
      await settled();
    }
    now = Math.max(now, endAt);
  }

  return { now: () => now, monotonic: () => now - startsAt, after, sleep: sleepOn(after), runUntil };
}

const sleepOn =
  (after: Clock["after"]): Clock["sleep"] =>
  (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal === undefined) return void after(ms, resolve);
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = after(ms, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
