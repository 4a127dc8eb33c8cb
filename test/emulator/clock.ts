/** Google's clock. It goes as fast as the caller's and may be ahead of it or behind. */
export interface GoogleClock {
  /** Google's time. */
  now(): number;
  /** The same moment on the caller's clock. */
  callerNow(): number;
  /** Moves Google's time on; throws a RangeError where that would take it back. */
  advance(ms: number): void;
  /** As it was at the start. */
  reset(): void;
}

/** A clock that begins `at` that time, default at the caller's. */
export function createGoogleClock(callerNow: () => number, at?: number): GoogleClock {
  let aheadMs = 0;
  const reset = () => {
    aheadMs = at === undefined ? 0 : at - callerNow();
  };
  reset();
  return {
    now: () => callerNow() + aheadMs,
    callerNow,
    advance(ms) {
      if (!(ms >= 0 && ms <= 1e15)) throw new RangeError("time goes forward only");
      aheadMs += ms;
    },
    reset,
  };
}
