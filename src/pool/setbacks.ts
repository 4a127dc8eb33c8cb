import type { Account, AccountId } from "../core/account";
import { type Failure, isFailure, type Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import { BUSY_PAUSE_MS, giveUp, isOwnFailure, type Where } from "./give-up";
import { NOT_YET } from "./held-token";
import type { Reply } from "./reply";

interface Setback {
  readonly account: Account;
  readonly outcome: Failure;
  /** It was the account's login that failed: Google's model has not been asked. */
  readonly unsent: boolean;
}

/** What one request has met on its way, and the last word on it. */
export class Setbacks {
  #last: Setback | undefined;
  #lastAccountId: AccountId | undefined;
  /** The last one that says nothing about an account. */
  #passing: Setback | undefined;

  /** The account that was left last. */
  get lastAccountId(): AccountId | undefined {
    return this.#lastAccountId;
  }

  note({ account, outcome, unsent }: Omit<Setback, "outcome"> & { readonly outcome: Outcome }): void {
    if (!isFailure(outcome)) return;
    this.#lastAccountId = account.id;
    // One that only takes too long is no setback, as long as others can be asked.
    if (outcome === NOT_YET.outcome) return;
    this.#last = { account, outcome, unsent };
    if (outcome.kind === "transient" || outcome.kind === "capacity") this.#passing = this.#last;
  }

  /**
   * Nobody is left: the pool's refusal, or a failure of this request where that says more. `mayOthers`: whether another request
   * could be sent at once, to somebody whom this one has left.
   */
  reply(refusal: Refusal, where: Omit<Where, "label">, mayOthers: () => boolean): Reply {
    if ("until" in refusal) {
      // An account that only stumbled can be asked again sooner than the others come back.
      const stumbled = this.#passing && isPassing(this.#passing);
      const sooner = stumbled && refusal.until - where.now > BUSY_PAUSE_MS && mayOthers();
      return this.#passing && sooner ? wordOn(this.#passing, where) : { kind: "refused", refusal };
    }
    if (this.#passing) return wordOn(this.#passing, where);
    return this.#last && isOwnFailure(this.#last.outcome) ? wordOn(this.#last, where) : { kind: "refused", refusal };
  }

  /** What the last setback means for the request. Throws where there was none: only a failure ends a request this way. */
  lastWord(where: Omit<Where, "label">): Reply {
    if (!this.#last) throw new Error("a request ended without a failure");
    return wordOn(this.#last, where);
  }
}

/** Worth another call soon, as far as one can tell: Google was reached. */
const isPassing = ({ outcome, unsent }: Setback): boolean =>
  !unsent && !(outcome.kind === "transient" && outcome.cause === "network");

function wordOn({ account: { label }, outcome, unsent }: Setback, where: Omit<Where, "label">): Reply {
  if (unsent && outcome.kind === "transient") {
    return { kind: "refused", refusal: { kind: "network", sentence: `the login service: ${outcome.sentence}` } };
  }
  return giveUp(outcome, { label, ...where });
}
