import type { DurationMs, EpochMs } from "../core/account";
import type { Patience } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { createSingleFlight, orAfter, unlessAborted } from "./single-flight";

/** How somebody waits. */
export interface Wait {
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience | undefined;
}

/** Whoever has no more patience than this could ask somebody who needs no flight. */
export const HASTY_MS: DurationMs = 1_500;
/** So many that take so long at once, and it may be the service: the hasty begin no other flight. */
const LATE_COUNT = 2;
const LATE_MS: DurationMs = 500;

/** Single flights that nobody has to wait for to the end: whoever leaves or loses patience ends none of them. */
export class PatientFlights<T> {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #late: T;
  readonly #unasked: T;
  readonly #flights = createSingleFlight<T>();
  /** When the flights under way began: patience counts from there, so that not everybody waits anew. */
  readonly #begunAt = new Map<string, EpochMs>();

  /** `late` is what the impatient get, `unasked` those for whom none was begun. */
  constructor(clock: Pick<Clock, "now" | "after">, late: T, unasked: T) {
    this.#clock = clock;
    this.#late = late;
    this.#unasked = unasked;
  }

  /**
   * Rejects as the work does, or with the signal's reason. Whoever has no patience left begins nothing, and little of it is none
   * where many are slow: it is the service then, and it is not asked more.
   */
  run(key: string, work: () => Promise<T>, { signal, patience }: Wait): Promise<T> {
    const patienceMs = patience?.();
    if (patienceMs !== undefined && !this.#begunAt.has(key) && !this.#isWorthIt(patienceMs))
      return unlessAborted(Promise.resolve(this.#unasked), signal);
    const flight = this.begin(key, work);
    if (patienceMs === undefined) return unlessAborted(flight, signal);
    const goneMs = this.#clock.now() - (this.#begunAt.get(key) ?? 0);
    return unlessAborted(orAfter(patienceMs - goneMs, flight, this.#late, this.#clock), signal);
  }

  #isWorthIt(patienceMs: DurationMs): boolean {
    if (patienceMs > HASTY_MS) return true;
    const now = this.#clock.now();
    const late = [...this.#begunAt.values()].filter((at) => now - at >= LATE_MS);
    return patienceMs > 0 && late.length < LATE_COUNT;
  }

  /** The flight of that key itself, begun where there is none. */
  begin(key: string, work: () => Promise<T>): Promise<T> {
    return this.#flights.run(key, () => {
      this.#begunAt.set(key, this.#clock.now());
      return work().finally(() => this.#begunAt.delete(key));
    });
  }
}
