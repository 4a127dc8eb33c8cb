import type { AccountId, EpochMs } from "../core/account";
import { type InFlightElsewhere, inFlightElsewhere, type Presence } from "../core/presence";
import { estimateInputTokens, nextRatio } from "../core/quota/estimate";
import type { MinuteBefore } from "../core/quota/lesson";
import type { QuotaPlace } from "../core/quota/place";
import { createMinuteMeter } from "../core/quota/sliding";
import type { Contender } from "../core/rotation/contender";
import type { SessionId } from "../core/session";
import { InFlight } from "./in-flight";

/** One attempt that is being counted against the limits of a minute. */
export interface HeldCall {
  /** What was sent there within the minute before it. */
  readonly before: MinuteBefore | undefined;
  /** Google has it: what the call really took in, where that is known. */
  settle(inputTokens: number | undefined): void;
  /** Google did not count it: it was refused or never sent. */
  cancel(): void;
}

/** Nobody is out there. */
const NOWHERE: InFlightElsewhere = { counts: new Map(), until: Number.POSITIVE_INFINITY };

/** The calls that are out on one quota. */
interface Out {
  readonly count: number;
  /** The call that puts a presumed limit to the test. */
  readonly test: { readonly begunAt: EpochMs } | undefined;
}

/** Where calls are counted over a long time. */
type LongPlace = Pick<QuotaPlace, "requestsLong">;

/**
 * What this process has under way and has sent within the last minute, exactly; and roughly what others have under way.
 * `onCount` hears of every call that begins or ends on an account, with the number that are out there now.
 */
export class Load {
  readonly meter = createMinuteMeter();
  readonly #inFlight = new InFlight();
  readonly #onCount: (id: AccountId, count: number) => void;
  readonly #places = new Map<string, Out>();
  #tokensPerChar: number | undefined;
  #presences: readonly Presence[] = [];
  #elsewhere = NOWHERE;

  constructor(onCount: (id: AccountId, count: number) => void = () => {}) {
    this.#onCount = onCount;
  }

  /** Calls of this process that are out on an account. */
  count(id: AccountId): number {
    return this.#inFlight.count(id);
  }

  /** Calls that are out on an account, of all processes as far as this one has heard. */
  countEverywhere(id: AccountId): number {
    return this.#inFlight.count(id) + (this.#elsewhere.counts.get(id) ?? 0);
  }

  /** Takes in what other processes have out; adds it up anew only where somebody said something new or has died. */
  hear(presences: readonly Presence[], now: EpochMs): void {
    if (presences === this.#presences && now < this.#elsewhere.until) return;
    this.#presences = presences;
    this.#elsewhere = presences.length === 0 ? NOWHERE : inFlightElsewhere(presences, now);
  }

  /** Calls that are out on a quota. */
  at(place: LongPlace): number {
    return this.#places.get(place.requestsLong)?.count ?? 0;
  }

  /** When the call began that puts a presumed limit to the test; undefined where none is out. */
  testedSince(place: LongPlace): EpochMs | undefined {
    return this.#places.get(place.requestsLong)?.test?.begunAt;
  }

  /** The same for every quota, as it is now. */
  now(): (place: LongPlace) => number {
    const counts = new Map([...this.#places].map(([key, { count }]) => [key, count]));
    return (place) => counts.get(place.requestsLong) ?? 0;
  }

  /** Where conversations were sent last that still wait. */
  get sessions(): ReadonlyMap<SessionId, AccountId> {
    return this.#inFlight.sessions;
  }

  /** What a body will count as, by what bodies counted as so far. */
  estimate(bodyChars: number): number {
    return estimateInputTokens(bodyChars, this.#tokensPerChar);
  }

  /** In flight until the returned function is called. `testAt`: now, where the call goes beyond what is presumed to fit. */
  begin({ account, place }: Contender, sessionId: SessionId | undefined, testAt?: EpochMs): () => void {
    const letGo = this.#inFlight.hold(account.id, sessionId);
    const key = place.requestsLong;
    const before = this.#places.get(key);
    const own = testAt === undefined || before?.test ? undefined : { begunAt: testAt };
    this.#places.set(key, { count: (before?.count ?? 0) + 1, test: own ?? before?.test });
    this.#onCount(account.id, this.count(account.id));
    return () => {
      letGo();
      this.#onCount(account.id, this.count(account.id));
      const out = this.#places.get(key);
      if (!out || out.count <= 1) this.#places.delete(key);
      else this.#places.set(key, { count: out.count - 1, test: out.test === own ? undefined : out.test });
    };
  }

  /** Counts one attempt from now on. */
  hold(place: QuotaPlace, bodyChars: number, now: EpochMs): HeldCall {
    const requestCount = this.meter.requests(place, now);
    const freesAt = requestCount > 0 ? this.meter.freeAt(place, { requests: requestCount }, 0, now) : undefined;
    const held = this.meter.hold(place, this.estimate(bodyChars), now);
    return {
      before: { requestCount, freesAt },
      settle: (inputTokens) => {
        held.settle(inputTokens);
        if (inputTokens !== undefined) this.#tokensPerChar = nextRatio(this.#tokensPerChar, bodyChars, inputTokens);
      },
      cancel: () => held.cancel(),
    };
  }
}
