import type { CooldownReason, ParkedState } from "./outcome";

/** Why an account is left alone for a while, in words that follow "work: ". */
export const COOLDOWN_WORDS: Readonly<Record<CooldownReason, string>> = {
  "rate-limit": "rate limit reached",
  "daily-quota": "used up for the day",
  quota: "quota used up",
  "spend-limit": "spending limit reached",
  "model-unavailable": "does not have this model",
  capacity: "Google is busy with this model",
  denied: "refused without a reason",
  region: "Google refuses this network or region",
  network: "Google cannot be reached",
  outage: "Google does not answer",
  "new-key": "new key, not known everywhere yet",
  lockout: "refused in several models",
  unexplained: "refused, no time stated",
};

/** What a person has to see to, in words that follow "work: ". */
export const PARKED_WORDS: Readonly<Record<ParkedState, string>> = {
  "needs-login": "needs a new login",
  "needs-verification": "Google wants you to verify this account",
  "not-eligible": "not eligible for Gemini",
  "no-licence": "no licence for Gemini Code Assist",
  "project-disabled": "the API is switched off in its project",
  billing: "billing needs attention",
  "key-invalid": "the key is not valid",
  banned: "suspended by Google",
};

const SPENT: ReadonlySet<string> = new Set<CooldownReason>(["rate-limit", "daily-quota", "quota", "spend-limit"]);

/** Whether a pause for this reason means that quota is used up, not that something is wrong. */
export const isSpent = (reason: string): boolean => SPENT.has(reason);

/** The words for a parked state; one that a newer version has written stays as it is. */
export const parkedWords = (state: string): string =>
  Object.hasOwn(PARKED_WORDS, state) ? PARKED_WORDS[state as ParkedState] : state;

/** The words for a cooldown's reason; anything that is not one, or that a newer version has written, stays as it is. */
export const reasonWords = (reason: string): string =>
  Object.hasOwn(COOLDOWN_WORDS, reason) ? COOLDOWN_WORDS[reason as CooldownReason] : reason;
