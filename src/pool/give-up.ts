import type { DurationMs, EpochMs } from "../core/account";
import type { Failure, Outcome } from "../core/outcome";
import type { Reply } from "./reply";

/** When the host may ask a busy backend again, where Google said nothing. */
export const BUSY_PAUSE_MS: DurationMs = 10_000;

/** Whether a request for which nobody comes back by himself should end with its own last failure: not where that was an account's. */
export function isOwnFailure(outcome: Outcome): boolean {
  return outcome.kind !== "parked" && outcome.kind !== "unauthorized" && outcome.kind !== "denied";
}

/** On which account, for which model and when. */
export interface Where {
  readonly label: string;
  readonly model: string;
  readonly now: EpochMs;
  /** Until when the pool itself leaves a busy model alone. */
  readonly until?: EpochMs | undefined;
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
      if (outcome.cause === "server") return busy(undefined);
      return { kind: "refused", refusal: { kind: outcome.cause === "network" ? "network" : "broken", sentence } };
    case "capacity":
      return busy(outcome.until);
    case "limited":
      // A model that nobody has is the request's fault, and Google's own words say which.
      return outcome.reason === "model-unavailable" ? { kind: "rejected", outcome } : busy(outcome.until);
    default:
      return busy(undefined);
  }
  function busy(until: EpochMs | undefined): Reply {
    const stated = until !== undefined && until > now ? until : undefined;
    return {
      kind: "refused",
      refusal: { kind: "busy", model, until: where.until ?? stated ?? now + BUSY_PAUSE_MS, sentence },
    };
  }
}
