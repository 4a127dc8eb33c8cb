import type { DurationMs, EpochMs } from "../core/account";
import type { Failure, Outcome } from "../core/outcome";
import type { Refusal } from "../core/refusal";
import type { Reply } from "./reply";

/** When the host may ask a busy backend again, where Google said nothing. */
const BUSY_PAUSE_MS: DurationMs = 10_000;

/** Whether a refusal ends about when a host would come back to a busy backend anyway. */
export const isSoon = (refusal: Refusal, now: EpochMs): boolean =>
  refusal.kind === "limited" && refusal.until - now <= BUSY_PAUSE_MS;

/**
 * Whether a request that found nobody should end with its last failure rather than with the pool's refusal:
 * so where that failure was not about an account, or where its account is not even cooling.
 */
export function isOwnFailure(outcome: Outcome, refusal: Refusal): boolean {
  switch (outcome.kind) {
    case "parked":
    case "unauthorized":
    case "denied":
      return false;
    case "limited":
      return refusal.kind !== "limited";
    default:
      return true;
  }
}

/** On which account, for which model and when. */
export interface Where {
  readonly label: string;
  readonly model: string;
  readonly now: EpochMs;
}

/** The last word on a request whose last attempt came to `outcome` on the account `label`. */
export function giveUp(outcome: Failure, where: Where): Reply {
  const { sentence } = outcome;
  const { label, model, now } = where;
  switch (outcome.kind) {
    case "rejected":
    case "signature":
      return { kind: "rejected", outcome };
    case "banned": {
      const url = outcome.url === undefined ? {} : { url: outcome.url };
      return { kind: "refused", refusal: { kind: "banned", label, sentence, ...url } };
    }
    case "egress":
    case "machine":
    case "timeout":
      return { kind: "refused", refusal: { kind: outcome.kind, sentence } };
    case "transient":
      return { kind: "refused", refusal: transient(outcome, model, now) };
    case "capacity":
      return busy(outcome.until);
    case "limited":
      // A model that nobody has is the request's fault, and Google's own words say which.
      return outcome.reason === "model-unavailable" ? { kind: "rejected", outcome } : busy(outcome.until);
    default:
      return busy(undefined);
  }
  function busy(until: EpochMs | undefined): Reply {
    return { kind: "refused", refusal: { kind: "busy", model, until: until ?? now + BUSY_PAUSE_MS, sentence } };
  }
}

function transient(outcome: Extract<Failure, { kind: "transient" }>, model: string, now: EpochMs) {
  const { sentence } = outcome;
  switch (outcome.cause) {
    case "network":
      return { kind: "network" as const, sentence };
    case "server":
      return { kind: "busy" as const, model, until: now + BUSY_PAUSE_MS, sentence };
    case "empty":
    case "stream":
      return { kind: "broken" as const, sentence };
  }
}
