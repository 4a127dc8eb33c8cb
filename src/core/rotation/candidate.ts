import type { Account, EpochMs } from "../account";
import type { QuotaStanding } from "../quota/standing";

/** What a choice looks at. Shared by all candidates of one choice, and asked only for what decides it. */
export interface CandidateFacts<Who> {
  /** Calls that are out on it. */
  inFlightCount(who: Who): number;
  /** 0 where it has never been used. */
  lastUsedAt(who: Who): EpochMs;
  /** Conversations that were bound to it in the last five minutes. */
  recentSessionCount(who: Who): number;
  standing(who: Who): QuotaStanding;
  /** 0..1. */
  health(who: Who): number;
}

/**
 * An account that could take the call. A class over shared facts, because there may be a thousand of them: nothing is
 * looked up for one that drops out early, and none carries functions of its own.
 */
export class Candidate<Who extends { readonly account: Account } = { readonly account: Account }> {
  readonly account: Account;
  /** Its place in the list of everybody, from 0, whoever else is a candidate now. */
  readonly position: number;
  readonly #who: Who;
  readonly #facts: CandidateFacts<Who>;
  #standing: QuotaStanding | undefined;

  constructor(who: Who, position: number, facts: CandidateFacts<Who>) {
    this.account = who.account;
    this.position = position;
    this.#who = who;
    this.#facts = facts;
  }

  get inFlightCount(): number {
    return this.#facts.inFlightCount(this.#who);
  }

  get lastUsedAt(): EpochMs {
    return this.#facts.lastUsedAt(this.#who);
  }

  get recentSessionCount(): number {
    return this.#facts.recentSessionCount(this.#who);
  }

  /** What is left of its quota; looked up once. */
  standing(): QuotaStanding {
    this.#standing ??= this.#facts.standing(this.#who);
    return this.#standing;
  }

  /** 0..1; looked up each time. */
  health(): number {
    return this.#facts.health(this.#who);
  }
}
