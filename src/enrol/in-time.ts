import type { DurationMs } from "../core/account";
import type { Clock } from "../ports/world";

/** A time limit, and the caller's own signal. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly limitMs: DurationMs;
  readonly signal: AbortSignal | undefined;
}

/** Hands work a signal that also aborts when the time is over, then with a `TimeoutError`. */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, limitMs, signal }: TimeLimit,
): Promise<T> {
  const limit = new AbortController();
  const cancel = clock.after(limitMs, () => limit.abort(new DOMException("The time is over", "TimeoutError")));
  try {
    return await work(signal ? AbortSignal.any([limit.signal, signal]) : limit.signal);
  } finally {
    cancel();
  }
}
