import type { DurationMs, EpochMs } from "../core/account";
import type { Outcome } from "../core/outcome";
import type { Clock } from "../ports/world";
import { NO_ANSWER } from "./held-token";

/** A login that failed twice in a row, or did not get an answer once, is not tried again for this long: each try would cost a request its patience. */
const FAILED_PAUSE_MS: DurationMs = 10_000;
/** The same for one that fails again after that: others, which were not reached before, get their turn. */
const FAILING_PAUSE_MS: DurationMs = 30_000;
const FAILING_COUNT = 3;
/** A login whose OAuth client or machine is at fault fails the same way until somebody changes it. */
const MACHINE_PAUSE_MS: DurationMs = 60_000;

interface Failure {
  /** The secret that failed. */
  readonly mark: string;
  readonly count: number;
  readonly at: EpochMs;
  readonly pauseMs: DurationMs;
  readonly outcome: Outcome;
}

/** So many logins that fail one after another, and it may be the service: the others need not find out each for itself. */
const OUTAGE_COUNT = 2;

/** How renewals failed last, and which are not tried again for a while. A new secret begins anew. */
export class RenewalFailures {
  readonly #clock: Pick<Clock, "now">;
  readonly #failures = new Map<string, Failure>();
  /** Logins that got no good answer since the last one that did. */
  readonly #outage = new Set<string>();
  #failedAt: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Where it is too early to try again: how it failed last. `markOf` is asked only where something failed. */
  resting(key: string, markOf: () => string): Outcome | undefined {
    const failure = this.#failures.get(key);
    if (failure === undefined) return undefined;
    const isPartOfIt = this.isOut && failure.outcome.kind === "transient";
    const pauseMs = isPartOfIt ? Math.max(FAILED_PAUSE_MS, failure.pauseMs) : failure.pauseMs;
    return this.#rests(failure.at, pauseMs) && failure.mark === markOf() ? failure.outcome : undefined;
  }

  /** Several failed one after another a moment ago: others are asked after everybody who needs no login, but they are asked. */
  get isOut(): boolean {
    return this.#outage.size >= OUTAGE_COUNT && this.#rests(this.#failedAt, FAILED_PAUSE_MS);
  }

  /** What only a person can end is remembered by the pool, not here. `isSilent`: nobody answered, and that took its time. */
  failed(key: string, mark: string, outcome: Outcome, isSilent = outcome === NO_ANSWER.outcome): void {
    if (outcome.kind !== "transient" && outcome.kind !== "machine") return;
    const before = this.#failures.get(key);
    const count = before?.mark === mark ? before.count + 1 : 1;
    const isEnough = count > 1 || isSilent;
    const shortMs = count >= FAILING_COUNT ? FAILING_PAUSE_MS : isEnough ? FAILED_PAUSE_MS : 0;
    const pauseMs = outcome.kind === "machine" ? MACHINE_PAUSE_MS : shortMs;
    const at = this.#clock.now();
    this.#failures.set(key, { mark, count, outcome, at, pauseMs });
    if (outcome.kind !== "transient") return;
    this.#outage.add(key);
    this.#failedAt = at;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
    this.#outage.clear();
  }

  /** A clock that was set back ends a pause: how long it would last then, nobody knows. */
  #rests(since: EpochMs, pauseMs: DurationMs): boolean {
    const passedMs = this.#clock.now() - since;
    return passedMs >= 0 && passedMs < pauseMs;
  }
}
