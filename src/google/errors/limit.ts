import type { EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { nextPacificMidnight } from "../../core/quota/pacific";
import type { GoogleError, QuotaLimit } from "./read";
import { limitSentence } from "./sentence";
import type { Verdict } from "./verdict";

type Limited = Extract<Failure, { kind: "limited" }>;

/** What `limited` is made of. */
export interface LimitFacts {
  readonly error: GoogleError;
  readonly verdict: Extract<Verdict, { kind: "limited" }>;
  readonly until: EpochMs | undefined;
  readonly detailed: boolean;
  readonly now: EpochMs;
  readonly refused: { readonly status: number; readonly sentence: string };
}

const SPENDING = /\bspend(?:ing)?[ -](?:cap|limit|based)|\bspending\b|monthly (?:cap|limit|budget)/;
const DAILY_WORDS = /\bper day\b|_per_day\b|\bdaily\b/;
const WHOLE_ACCOUNT = "individual quota reached";

const isDaily = (name: string): boolean => /per_?day/i.test(name);

/** The limits Google named, in either of its two forms. */
function limitsOf(error: GoogleError): readonly QuotaLimit[] {
  const older = error.metadata("quota_limit");
  if (older === undefined) return error.limits;
  const value = error.metadata("quota_limit_value");
  return [
    ...error.limits,
    { id: older, value: value === undefined || !/^\d{1,18}$/.test(value) ? undefined : Number(value) },
  ];
}

/** Google's JSON drops zeros: a violation without its value is one of 0, unless the words name a limit (google-gemini/gemini-cli#22486). */
function droppedZero(error: GoogleError): boolean {
  if (!error.whole || /\blimit: ?[1-9]/.test(error.text)) return false;
  return error.limits.some((limit) => limit.value === undefined && !limit.id.includes("/"));
}

const isZero = (error: GoogleError, limits: readonly QuotaLimit[]): boolean =>
  limits.some((limit) => limit.value === 0) || /\blimit: ?0(?![\d.]*[1-9])/.test(error.text) || droppedZero(error);

function reasonOf(facts: LimitFacts, limits: readonly QuotaLimit[]): Limited["reason"] {
  const { error, verdict, until } = facts;
  if (verdict.reason === "model-unavailable" || isZero(error, limits)) return "model-unavailable";
  const daily = limits.length > 0 ? limits.some((limit) => isDaily(limit.id)) : DAILY_WORDS.test(error.text);
  if (daily) return "daily-quota";
  if (SPENDING.test(error.text)) return "spend-limit";
  return verdict.reason ?? (limits.length > 0 || until !== undefined ? "rate-limit" : "unexplained");
}

/** The limit to show: the one that lasts longest. */
const decisive = (limits: readonly QuotaLimit[]): QuotaLimit | undefined =>
  limits.find((limit) => isDaily(limit.id)) ?? limits[0];

function untilOf(reason: Limited["reason"], { until, now }: LimitFacts): EpochMs | undefined {
  if (reason === "model-unavailable") return undefined;
  return until ?? (reason === "daily-quota" ? nextPacificMidnight(now) : undefined);
}

/** A refusal for quota, with its reach, its reason and when it ends. A model with a limit of 0 states no end: waiting does not help it. */
export function limited(facts: LimitFacts): Limited {
  const limits = limitsOf(facts.error);
  const reason = reasonOf(facts, limits);
  const until = untilOf(reason, facts);
  const limit = decisive(limits);
  const wholeAccount = facts.verdict.scope === "account" || facts.error.text.includes(WHOLE_ACCOUNT);
  return {
    kind: "limited",
    scope: wholeAccount ? "account" : "quota",
    reason,
    detailed: facts.detailed,
    ...(until === undefined ? {} : { until }),
    ...(limit === undefined ? {} : { quotaId: limit.id }),
    ...(limit?.value === undefined ? {} : { quotaValue: limit.value }),
    status: facts.refused.status,
    sentence: limitSentence(facts.refused.sentence, reason, limit),
  };
}
