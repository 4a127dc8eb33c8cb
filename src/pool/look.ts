import type { Account, AccountId, BackendName, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import type { Peers, PresumedLimits } from "../core/quota/peers";
import type { QuotaPlace } from "../core/quota/place";
import { type Demand, type QuotaStanding, standingOf } from "../core/quota/standing";
import { assess, type Sight } from "../core/rotation/assess";
import type { Contender } from "../core/rotation/contender";
import type { Assessed } from "../core/rotation/refuse";
import type { QuotaScope } from "../core/scope";
import type { PoolState } from "../core/state";
import type { Claims } from "./claims";
import type { Entrant } from "./lineup";
import type { Load } from "./load";

/** What one request asks of the pool. */
export interface Wish {
  readonly call: CallTraits;
  readonly model: string;
  /** Quota scopes and accounts that have refused it and that it must not meet again. */
  readonly left: ReadonlySet<QuotaScope | AccountId>;
  /** Only this backend will do. */
  readonly backend?: BackendName;
  /** The text in the body, in characters; 0 where its tokens cannot be estimated. Asked for only where tokens are limited. */
  readonly textChars: () => number;
  /** Tells one request from the next within this process. */
  readonly requestId: string;
}

interface LookParts {
  readonly wish: Wish;
  readonly now: EpochMs;
  /** The live view of the state. */
  readonly state: PoolState;
  readonly entrants: readonly Entrant[];
  readonly load: Load;
  readonly claims: Claims;
  readonly peers: Peers;
  readonly serves: (account: Account, call: CallTraits) => boolean;
}

/** The pool at one moment, as one request sees it. Made once per step, since each asks the disk whether anything is new. */
export class Look implements Sight, Demand {
  readonly wish: Wish;
  readonly now: EpochMs;
  readonly state: PoolState;
  readonly entrants: readonly Entrant[];
  readonly #parts: LookParts;
  #inputTokens: number | undefined;

  constructor(parts: LookParts) {
    this.wish = parts.wish;
    this.now = parts.now;
    this.state = parts.state;
    this.entrants = parts.entrants;
    this.#parts = parts;
  }

  serves(account: Account): boolean {
    const { call, backend = account.backend } = this.wish;
    return backend === account.backend && this.#parts.serves(account, call);
  }

  isProbing(key: string): boolean {
    return this.#parts.claims.has(key);
  }

  standing(place: QuotaPlace): QuotaStanding {
    return standingOf(place, this.state.quotas, this.#parts.load.meter, this);
  }

  presumedAt(place: QuotaPlace): PresumedLimits {
    return this.#parts.peers.of(place);
  }

  /** What the request will count as, by what bodies counted as so far; found when it is asked for. */
  get inputTokens(): number {
    this.#inputTokens ??= this.#parts.load.estimate(this.wish.textChars());
    return this.#inputTokens;
  }

  /** Whether a limit of tokens is known there. */
  countsTokens({ inputTokensMinute, inputTokensLong }: QuotaPlace): boolean {
    return this.state.quotas.has(inputTokensMinute) || this.state.quotas.has(inputTokensLong);
  }

  inFlightAt(place: QuotaPlace): number {
    return this.#parts.load.at(place);
  }

  testedSince(place: QuotaPlace): EpochMs | undefined {
    return this.#parts.load.testedSince(place);
  }

  /** Whether it could take the call now. */
  canAnswer(contender: Contender): boolean {
    return !this.#isLeft(contender) && assess(contender, this).kind === "available";
  }

  /** Everybody with the reason why not. */
  assessed(): readonly Assessed[] {
    return this.entrants.map((entrant) => ({
      account: entrant.account,
      is: assess(entrant, this),
      left: this.#isLeft(entrant),
    }));
  }

  #isLeft({ account, place }: Contender): boolean {
    const { left } = this.wish;
    return left.size > 0 && (left.has(account.id) || left.has(place.quotaScope));
  }
}
