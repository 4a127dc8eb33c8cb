import type { DurationMs } from "../core/account";
import type { Clock } from "../ports/world";

/** Wakes everybody who waits when something changed that may let them go on. Nobody polls. */
export class Bell {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something changed. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** A place became free: those who have waited longest look, more than one because it may not suit the first. */
  nudge(): void {
    for (const wake of [...this.#waiting].slice(0, NUDGED)) wake();
  }

  /** Resolves at the next ring, at the latest after `ms`; rejects with the signal's reason as soon as it aborts. */
  async wait(ms: DurationMs, signal?: AbortSignal): Promise<void> {
    const sleep = new AbortController();
    const wake = () => sleep.abort(RUNG);
    const abort = () => sleep.abort(signal?.reason);
    if (signal?.aborted) abort();
    this.#waiting.add(wake);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await this.#clock.sleep(ms, sleep.signal);
    } catch (error) {
      if (error !== RUNG) throw error;
    } finally {
      this.#waiting.delete(wake);
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** One place is not worth waking hundreds. */
const NUDGED = 8;

const RUNG = new DOMException("something changed", "AbortError");
