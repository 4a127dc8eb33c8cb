import type { DurationMs } from "../core/account";
import type { Clock } from "../ports/world";

/** Runs one `work` per key at a time: whoever asks meanwhile gets the same promise. Within this process only. */
export interface SingleFlight<T> {
  run(key: string, work: () => Promise<T>): Promise<T>;
}

/** A new, empty one. A failure is shared by those who waited and forgotten afterwards. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const pending = new Map<string, Promise<T>>();
  return {
    run(key, work) {
      const running = pending.get(key);
      if (running) return running;
      const started = work().finally(() => pending.delete(key));
      pending.set(key, started);
      return started;
    },
  };
}

/** `promise`, or the signal's reason as soon as it aborts; the work itself goes on for others. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const done = () => signal.removeEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(done);
  });
}

/** `promise`, or `late` as soon as `ms` are over; the work itself goes on for others. */
export function orAfter<T>(ms: DurationMs, promise: Promise<T>, late: T, clock: Pick<Clock, "after">): Promise<T> {
  if (ms <= 0) return Promise.resolve(late);
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late));
    promise.then(resolve, reject).finally(cancel);
  });
}
