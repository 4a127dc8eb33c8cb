import type { EpochMs } from "../core/account";
import type { Patience } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { createSingleFlight, orAfter, unlessAborted } from "./single-flight";

/** How somebody waits. */
export interface Wait {
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience | undefined;
}

/** Of somebody's patience, what the first login that is slow may take, and each one after it: together the whole. */
const FIRST_FRACTION = 0.75;
const NEXT_FRACTION = 0.25;
/** So many that are late at once, and it is the service: no other flight begins while somebody else can answer. */
const LATE_COUNT = 2;

/** Single flights that nobody has to wait for to the end: whoever leaves or loses patience ends none of them. */
export class PatientFlights<T> {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #lateAnswer: T;
  readonly #flights = createSingleFlight<T>();
  /** When the flights under way began: patience counts from there, so that not everybody waits anew. */
  readonly #begunAt = new Map<string, EpochMs>();
  /** Those of them for which somebody has waited in vain. */
  readonly #late = new Set<string>();

  /** `late` is what the impatient get. */
  constructor(clock: Pick<Clock, "now" | "after">, late: T) {
    this.#clock = clock;
    this.#lateAnswer = late;
  }

  /** Rejects as the work does, or with the signal's reason. */
  run(key: string, work: () => Promise<T>, { signal, patience }: Wait): Promise<T> {
    const isKnownLate = this.#late.has(key);
    const lateCount = this.#late.size - (isKnownLate ? 1 : 0);
    const hopeless = lateCount >= LATE_COUNT && !this.#begunAt.has(key);
    if (hopeless && patience?.() !== undefined) return unlessAborted(Promise.resolve(this.#lateAnswer), signal);
    const flight = this.begin(key, work);
    const patienceMs = patience?.();
    if (patienceMs === undefined) return unlessAborted(flight, signal);
    const goneMs = this.#clock.now() - (this.#begunAt.get(key) ?? 0);
    const ownMs = patienceMs * (lateCount === 0 ? FIRST_FRACTION : NEXT_FRACTION);
    const answer = orAfter(ownMs - goneMs, flight, this.#lateAnswer, this.#clock);
    return unlessAborted(
      answer.then((result) => this.#noted(key, result)),
      signal,
    );
  }

  /** The flight of that key itself, begun where there is none. */
  begin(key: string, work: () => Promise<T>): Promise<T> {
    return this.#flights.run(key, () => {
      this.#begunAt.set(key, this.#clock.now());
      return work().finally(() => {
        this.#begunAt.delete(key);
        this.#late.delete(key);
      });
    });
  }

  #noted(key: string, result: T): T {
    if (result === this.#lateAnswer && this.#begunAt.has(key)) this.#late.add(key);
    return result;
  }
}
