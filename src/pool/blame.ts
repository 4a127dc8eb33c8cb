import type { Failure, Outcome } from "../core/outcome";
import type { AccessResult } from "../ports/upstream";
import type { Reach } from "./lease";

/** The refusal is the account's own: others that share its quota may still answer. */
export const isOwn = (access: AccessResult, outcome: Outcome): boolean =>
  access.kind === "failed" ||
  outcome.kind === "unauthorized" ||
  outcome.kind === "denied" ||
  ((outcome.kind === "parked" || outcome.kind === "limited") && outcome.scope === "account");

/** A model that is busy, or a server that fails for whoever asks. */
export const isBusy = (access: AccessResult, outcome: Outcome): outcome is Failure =>
  access.kind === "access" &&
  (outcome.kind === "capacity" || (outcome.kind === "transient" && outcome.cause === "server"));

/** What never reached Google is no request of the account's. */
export function reachOf(access: AccessResult, outcome: Outcome): Reach {
  if (access.kind === "failed") return "login";
  return outcome.kind === "transient" && outcome.cause === "network" ? "way" : "google";
}
