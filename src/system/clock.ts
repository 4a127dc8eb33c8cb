import type { Cancel, Clock } from "../ports/world";

/** setTimeout fires at once for anything longer (2^31 - 1 ms, about 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

const after = (ms: number, work: () => void): Cancel => {
  const timer = setTimeout(work, Math.min(ms, LONGEST_TIMER_MS));
  timer.unref();
  return () => clearTimeout(timer);
};

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    // Unlike `after`, a sleep keeps the process alive: somebody awaits it.
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
  });

/** The machine's clock. `after` never keeps the process alive. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep, after };
