import type { DurationMs, EpochMs } from "../account";
import type { StateChange } from "../state";
import { countedAt } from "./count";
import type { LessonContext } from "./lesson";
import type { Period } from "./period";
import type { QuotaPlace } from "./place";
import { emptyRecord, type QuotaLimit, type QuotaRecord } from "./record";
import { DOUBTED_MS, trustedLimit } from "./trust";

/** What fits into the windows of accounts alike; undefined where nobody has met that limit. */
export interface PresumedLimits {
  readonly minute: number | undefined;
  readonly long: number | undefined;
}

/** Anything that is counted at a place. */
type Counted = { readonly place: QuotaPlace };

type Known = ReadonlyMap<string, QuotaRecord>;

/** Limits are met seldom: what other processes learn of them may take so long to be seen. */
const LOOK_EVERY_MS: DurationMs = 5_000;

const NOTHING: PresumedLimits = { minute: undefined, long: undefined };

/**
 * What is known of the limits of accounts alike (same backend, kind of credential, tier and model group): where one has met
 * its limit, the others probably have the same. Of several limits the highest, so that nobody is held back without need.
 * Mutable, one per process; costs a walk over all accounts every five seconds.
 */
export class Peers {
  readonly #presumed = new Map<string, PresumedLimits>();
  readonly #lookedAt = new WeakMap<readonly Counted[], EpochMs>();

  /** Takes in what is known of these accounts, all of one model. */
  follow(contenders: readonly Counted[], known: Known, now: EpochMs): void {
    if (known.size === 0 || now - (this.#lookedAt.get(contenders) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return;
    this.#lookedAt.set(contenders, now);
    for (const { place } of contenders) this.#presumed.delete(place.peers);
    for (const { place } of contenders) this.learn(place, known, now);
  }

  /** Takes in what is known of one account, at once. */
  learn(place: QuotaPlace, known: Known, now: EpochMs): void {
    const minute = trustedLimit(known.get(place.requestsMinute), now);
    const long = trustedLimit(known.get(place.requestsLong), now);
    if (minute === undefined && long === undefined) return;
    const before = this.#presumed.get(place.peers) ?? NOTHING;
    this.#presumed.set(place.peers, { minute: higher(before.minute, minute), long: higher(before.long, long) });
  }

  /** What probably fits at a place. */
  of(place: QuotaPlace): PresumedLimits {
    return this.#presumed.get(place.peers) ?? NOTHING;
  }
}

const higher = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/** What is presumed of a limit, where nothing is known of the place's own; one that proved wrong is not presumed again for a week. */
export function presumedLimit(
  limit: number | undefined,
  record: QuotaRecord | undefined,
  now: EpochMs,
): number | undefined {
  const own = record?.limit;
  return own !== undefined && now < own.observedAt + DOUBTED_MS ? undefined : limit;
}

/** An answered call that would not have fitted shows that the limits here are others. */
export function presumedWrongly(
  place: QuotaPlace,
  presumed: PresumedLimits,
  known: Known,
  { minute, startedAt, now }: LessonContext,
): readonly StateChange[] {
  const [perMinute, long] = [known.get(place.requestsMinute), known.get(place.requestsLong)];
  const minuteLimit = presumedLimit(presumed.minute, perMinute, now) ?? Number.POSITIVE_INFINITY;
  const longLimit = presumedLimit(presumed.long, long, now) ?? Number.POSITIVE_INFINITY;
  const isMinuteWrong = minute !== undefined && minute.requestCount >= minuteLimit;
  const isLongWrong = long !== undefined && countedAt(long, startedAt) >= longLimit;
  const limit: QuotaLimit = { value: 0, observedAt: startedAt, source: "counted" };
  const unlimited = (period: Period): StateChange => {
    const record = { ...emptyRecord(place, "requests", period), limit, updatedAt: now };
    return { type: "quota.learnt", record };
  };
  return [...(isMinuteWrong ? [unlimited("minute")] : []), ...(isLongWrong ? [unlimited(place.period)] : [])];
}
