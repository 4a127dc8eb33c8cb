import type { Account } from "../core/account";
import { accountFiled } from "../core/health/consumer";
import type { Failure, Outcome } from "../core/outcome";
import { quotaScopeOf } from "../core/scope";
import type { AccessResult } from "../ports/upstream";
import type { Reach } from "./lease";

/** The refusal is the account's own: others that share its quota may still answer. */
const isOwn = (access: AccessResult, outcome: Outcome): boolean =>
  access.kind === "failed" ||
  outcome.kind === "unauthorized" ||
  outcome.kind === "denied" ||
  ((outcome.kind === "parked" || outcome.kind === "limited") && outcome.scope === "account");

/** The account and the quota scope that a request must not meet again after this outcome. */
export function spoiltBy(account: Account, access: AccessResult, outcome: Outcome): readonly string[] {
  if (isOwn(access, outcome)) return [account.id];
  // Where the refusal has named its project, its quota scope has another name from now on.
  return [account.id, quotaScopeOf(accountFiled(account, outcome))];
}

/** A model that is busy, or a server that fails for whoever asks. */
export const isBusy = (access: AccessResult, outcome: Outcome): outcome is Failure =>
  access.kind === "access" &&
  (outcome.kind === "capacity" || (outcome.kind === "transient" && outcome.cause === "server"));

/** What never reached Google is no request of the account's. */
export function reachOf(access: AccessResult, outcome: Outcome): Reach {
  if (access.kind === "failed") return "login";
  return outcome.kind === "transient" && outcome.cause === "network" ? "way" : "google";
}
