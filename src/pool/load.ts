import type { AccountId, EpochMs } from "../core/account";
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

/** What this process has under way and has sent within the last minute. Exact here; other processes count for themselves. */
export class Load {
  readonly meter = createMinuteMeter();
  readonly #inFlight = new InFlight();
  readonly #places = new Map<string, number>();
  #tokensPerChar: number | undefined;

  /** Calls that are out on an account. */
  count(id: AccountId): number {
    return this.#inFlight.count(id);
  }

  /** Calls that are out on a quota. */
  at(place: QuotaPlace): number {
    return this.#places.get(place.requestsLong) ?? 0;
  }

  /** The same for every quota, as it is now. */
  now(): (place: QuotaPlace) => number {
    const counts = new Map(this.#places);
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

  /** In flight until the returned function is called. */
  begin({ account, place }: Contender, sessionId: SessionId | undefined): () => void {
    const letGo = this.#inFlight.hold(account.id, sessionId);
    const key = place.requestsLong;
    this.#places.set(key, this.at(place) + 1);
    return () => {
      letGo();
      const left = this.at(place) - 1;
      if (left > 0) this.#places.set(key, left);
      else this.#places.delete(key);
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
