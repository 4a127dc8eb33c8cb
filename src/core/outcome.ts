import type { DurationMs, EpochMs } from "./account";
import type { Meter, Period } from "./quota/period";

/** Tokens Google says a call used; `output` includes no thoughts. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly thoughtTokens: number;
}

/** States that only a person can end. */
export type ParkedState =
  | "needs-login"
  | "needs-verification"
  | "not-eligible"
  | "no-licence"
  | "project-disabled"
  | "billing"
  | "key-invalid"
  | "banned";

/** How far a limit reaches, seen from the account that was refused. */
export type LimitScope = "quota" | "account";

/** Why an account is left alone for a while. */
export type CooldownReason =
  | "rate-limit"
  | "daily-quota"
  | "quota"
  | "spend-limit"
  | "model-unavailable"
  | "capacity"
  | "denied"
  | "region"
  | "network"
  /** Nobody behind a backend's address answers, or all its servers fail. */
  | "outage"
  | "new-key"
  | "lockout"
  | "unexplained";

/** What every refusal carries. `sentence` is redacted and fit for a person. */
interface Refused {
  /** HTTP status, 0 where there was none. */
  readonly status: number;
  readonly sentence: string;
  /** The project that Google says it counted the call for, e.g. `projects/123`. */
  readonly consumer?: string;
}

/**
 * What happened to one attempt: Google's answer, translated once, at the edge.
 * `detailed` is false where Google gave no ErrorInfo, no QuotaFailure and no time.
 */
export type Outcome =
  | { readonly kind: "success"; readonly usage?: TokenUsage; readonly latencyMs?: DurationMs }
  /** The caller gave up: nobody's failure. `hasBegun`: Google was answering, so it counts and bills the call; `usage` as far as it came. */
  | { readonly kind: "aborted"; readonly hasBegun?: true; readonly usage?: TokenUsage }
  /** The request itself is at fault: it goes back to the caller as it is and is never sent elsewhere. */
  | ({ readonly kind: "rejected" } & Refused)
  /** A thought signature was refused: repaired once on the same account. */
  | ({ readonly kind: "signature" } & Refused)
  | ({
      readonly kind: "limited";
      readonly scope: LimitScope;
      readonly reason: "rate-limit" | "daily-quota" | "quota" | "spend-limit" | "model-unavailable" | "unexplained";
      /** Absent where Google stated no time: the cooldown then escalates. */
      readonly until?: EpochMs;
      readonly detailed: boolean;
      /** The limit that was reached, where Google named it. */
      readonly quotaId?: string;
      readonly quotaValue?: number;
      /** What that limit counts, where its name says so. */
      readonly window?: { readonly meter: Meter; readonly period: Period };
    } & Refused)
  /** The backend is busy with this model, whoever asks. */
  | ({ readonly kind: "capacity"; readonly until?: EpochMs; readonly detailed: boolean } & Refused)
  | ({ readonly kind: "transient"; readonly cause: "server" | "network" | "empty" | "stream" } & Refused)
  /** Our own timer fired after the request was sent: it may have been billed, so it is reported and not repeated. */
  | ({ readonly kind: "timeout" } & Refused)
  /** The access token or key was refused: one refresh, one resend. */
  | ({ readonly kind: "unauthorized" } & Refused)
  | ({
      readonly kind: "parked";
      readonly state: Exclude<ParkedState, "banned">;
      readonly scope: "account" | "project";
      readonly url?: string;
    } & Refused)
  | ({ readonly kind: "banned"; readonly url?: string } & Refused)
  /** A 403 without any detail: a growing pause, parked at the third. */
  | ({ readonly kind: "denied" } & Refused)
  /** This network or region is refused: other accounts behind it would be too. */
  | ({ readonly kind: "egress" } & Refused)
  /** This machine or its configuration is at fault (clock, OAuth client): nobody is marked. */
  | ({ readonly kind: "machine" } & Refused);

/** Every outcome but success and abort carries a status and a sentence. */
export type Failure = Exclude<Outcome, { kind: "success" } | { kind: "aborted" }>;

/** True for what Google or the way to it refused. */
export const isFailure = (outcome: Outcome): outcome is Failure =>
  outcome.kind !== "success" && outcome.kind !== "aborted";
