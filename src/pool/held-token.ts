import type { DurationMs, EpochMs } from "../core/account";
import type { AccessResult, RefreshResult } from "../ports/upstream";
import type { Clock } from "../ports/world";
import { within } from "./time-limit";

/** An access token and how long it lives. `lifetimeMs` is its whole life; absent where another process got it. */
export interface HeldToken {
  readonly accessToken: string;
  readonly expiresAt: EpochMs;
  readonly lifetimeMs?: DurationMs;
}

/** What renewing came to. */
export type Renewed = { readonly kind: "held"; readonly token: HeldToken } | Extract<AccessResult, { kind: "failed" }>;

/** A renewal that takes longer than this, waiting for others included, has failed. */
export const RENEWAL_LIMIT_MS: DurationMs = 10_000;

/** Asks Google within the limit. It has no caller's signal: others wait for the same answer, so only the limit ends it early. */
export async function asked(
  ask: (signal: AbortSignal) => Promise<RefreshResult>,
  clock: Pick<Clock, "after">,
  limitMs = RENEWAL_LIMIT_MS,
): Promise<RefreshResult> {
  if (limitMs <= 0) return NO_ANSWER;
  const result = await within(limitMs, ask, clock);
  return result.kind === "failed" && result.outcome.kind === "aborted" ? NO_ANSWER : result;
}

/** What a renewal came to that took too long: itself, not a copy. */
export const NO_ANSWER = {
  kind: "failed",
  outcome: {
    kind: "transient",
    cause: "network",
    status: 0,
    sentence: "network: the token endpoint did not answer in time",
  },
} as const satisfies RefreshResult;

/** What it is to somebody who could go elsewhere meanwhile. */
export const NOT_YET = {
  kind: "failed",
  outcome: { ...NO_ANSWER.outcome, sentence: "network: the token endpoint has not answered yet" },
} as const satisfies RefreshResult;

/** The same where nobody has been asked for one. */
export const NOT_ASKED = { ...NOT_YET, isResting: true } as const satisfies AccessResult;

/** The token as a call carries it. */
export const bearer = ({ accessToken }: HeldToken): AccessResult => ({
  kind: "access",
  access: { kind: "bearer", token: accessToken },
});
