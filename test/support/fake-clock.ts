import type { Cancel, Clock } from "../../src/ports/world";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

/** Time that moves only when a test moves it. Starts at a readable moment unless told: 20 Nov 2026, 12:00 UTC. */
export interface FakeClock extends Clock {
  /** Moves time on, running every sleep and timer that falls due in order, also those that are set on the way. */
  advance(ms: number): Promise<void>;
  /** Moves time on, timer by timer, until the promise settles; fails if it needs more than `limitMs` or nothing is left to wait for. */
  finish<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** The durations of all sleeps so far, in the order they were asked for. */
  readonly slept: readonly number[];
  /** Real work that time must not overtake, such as a library being loaded: `finish` waits for it before it moves on. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** How many sleeps and timers wait. */
  pending(): number;
}

/** Real time for real I/O in `finish`; shorter than the test runner's own limit, so that the message is ours. */
const STUCK_AFTER_MS = 4_000;

export const FAKE_START = Date.UTC(2026, 10, 20, 12);

/** Lets everything that is ready run, without any time passing. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function fakeClock(start: number = FAKE_START): FakeClock {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();
  const slept: number[] = [];
  let heldCount = 0;

  const hold = async <T>(work: Promise<T>): Promise<T> => {
    heldCount++;
    try {
      return await work;
    } finally {
      heldCount--;
    }
  };

  const after = (ms: number, work: () => void): Cancel => {
    const timer: Timer = { at: now + Math.max(0, ms), order: order++, work };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    slept.push(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  };

  const next = (): Timer | undefined => [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];

  const fire = async (timer: Timer) => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.work();
    await settled();
  };

  const advance = async (ms: number) => {
    const end = now + ms;
    await settled();
    for (let timer = next(); timer && timer.at <= end; timer = next()) await fire(timer);
    now = Math.max(now, end);
  };

  const finish = async <T>(promise: Promise<T>, limitMs = 24 * 3_600_000): Promise<T> => {
    const end = now + limitMs;
    let open = true;
    const close = () => {
      open = false;
    };
    promise.then(close, close);
    // Real I/O may stand between two timers, so an empty list gets real time before it counts as stuck.
    const stuckAt = performance.now() + STUCK_AFTER_MS;
    await settled();
    while (open) {
      const timer = heldCount > 0 && performance.now() < stuckAt ? undefined : next();
      if (timer && timer.at > end) throw new Error(`fake clock: still waiting after ${limitMs} ms`);
      if (timer) await fire(timer);
      else if (performance.now() > stuckAt)
        throw new Error("fake clock: nothing left to wait for, the promise is stuck");
      else await settled();
    }
    return promise;
  };

  return {
    now: () => now,
    monotonic: () => now - start,
    sleep,
    after,
    advance,
    finish,
    hold,
    slept,
    pending: () => timers.size,
  };
}
