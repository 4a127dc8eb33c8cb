import type { Account } from "../account";
import { placeOf, type QuotaPlace } from "../quota/place";
import { scopeKey, scopesOf } from "../scope";

/** An account as one model sees it, with the keys of all that could keep it away: made once, looked up at every pick. */
export interface Contender {
  readonly account: Account;
  readonly place: QuotaPlace;
  /** Of `scopesOf`, in that order. */
  readonly scopeKeys: readonly string[];
}

/** Lines an account up for a model. */
export const contenderOf = (account: Account, model: string): Contender => ({
  account,
  place: placeOf(account, model),
  scopeKeys: scopesOf(account, model).map(scopeKey),
});
