import type { Failure } from "../../core/outcome";
import { redact } from "../../core/redact";
import type { GoogleError, QuotaLimit } from "./google-error";
import { oneLine } from "./line";
import type { Verdict } from "./verdict";

const LONGEST = 300;

/** Longer than this, Google's sentences are lists of links and metrics. */
const SHORT = 160;

/** Our words where Google's are long or missing. */
const WORDS: Readonly<Record<Verdict["kind"], string>> = {
  rejected: "Google refused the request as it was sent.",
  signature: "Google refused a thought signature in the conversation.",
  limited: "",
  capacity: "Google has no capacity for this model at the moment.",
  transient: "Google's server failed to answer.",
  unauthorized: "Google did not accept the access token or key.",
  parked: "Google refuses this account until somebody looks after it.",
  banned: "Google has disabled this account.",
  denied: "Google denied access without saying why.",
  egress: "Google refuses this network.",
  machine: "The call could not be made as this machine is set up.",
};

const LIMIT_WORDS: Readonly<Record<Extract<Failure, { kind: "limited" }>["reason"], string>> = {
  "rate-limit": "The rate limit is reached.",
  "daily-quota": "The quota of the day is used up.",
  quota: "The quota is used up.",
  "spend-limit": "The spending limit is reached.",
  "model-unavailable": "This model has no quota here.",
  unexplained: "Google refused for quota without saying which or for how long.",
};

/** One line, without secrets, 300 characters at most. */
export function tidy(text: string): string {
  const line = redact(oneLine(text));
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * What a person reads: the rule's words, else Google's own where they are short, else ours. A request that is at fault keeps Google's
 * words, since they name the field. Empty for a limit whose words come later.
 */
export function sentenceFor(error: GoogleError, verdict: Verdict): string {
  if (verdict.say !== undefined) return verdict.say;
  const own = error.html || !/\p{L}{2}/u.test(error.message) ? "" : error.message;
  const fits = own.length <= SHORT || verdict.kind === "rejected" || verdict.kind === "parked";
  return own !== "" && fits ? tidy(own) : WORDS[verdict.kind];
}

/** The words for a limit, with its size where Google named it. */
export function limitSentence(
  sentence: string,
  reason: keyof typeof LIMIT_WORDS,
  limit: Pick<QuotaLimit, "id" | "value"> | undefined,
): string {
  if (sentence !== "") return sentence;
  if (!limit?.value) return LIMIT_WORDS[reason];
  const unit = /token/i.test(limit.id) ? "tokens" : "requests";
  return `${LIMIT_WORDS[reason].slice(0, -1)} (${limit.value} ${unit}).`;
}
