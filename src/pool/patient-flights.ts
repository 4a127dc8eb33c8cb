import type { EpochMs } from "../core/account";
import type { Patience } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { createSingleFlight, orAfter, unlessAborted } from "./single-flight";

/** How somebody waits. */
export interface Wait {
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience | undefined;
}

/** Single flights that nobody has to wait for to the end: whoever leaves or loses patience ends none of them. */
export class PatientFlights<T> {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #late: T;
  readonly #flights = createSingleFlight<T>();
  /** When the last flight of a key began: patience counts from there, so that not everybody waits anew. */
  readonly #begunAt = new Map<string, EpochMs>();

  /** `late` is what the impatient get. */
  constructor(clock: Pick<Clock, "now" | "after">, late: T) {
    this.#clock = clock;
    this.#late = late;
  }

  /** Rejects as the work does, or with the signal's reason. */
  run(key: string, work: () => Promise<T>, { signal, patience }: Wait): Promise<T> {
    const flight = this.begin(key, work);
    const patienceMs = patience?.();
    if (patienceMs === undefined) return unlessAborted(flight, signal);
    const goneMs = this.#clock.now() - (this.#begunAt.get(key) ?? 0);
    return unlessAborted(orAfter(patienceMs - goneMs, flight, this.#late, this.#clock), signal);
  }

  /** The flight of that key itself, begun where there is none. */
  begin(key: string, work: () => Promise<T>): Promise<T> {
    return this.#flights.run(key, () => {
      this.#begunAt.set(key, this.#clock.now());
      return work();
    });
  }
}
