import type { BackendName, EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { nextPacificMidnight } from "../../core/quota/pacific";
import { redact } from "../../core/redact";
import type { GoogleError, QuotaLimit } from "./google-error";
import { oneLine } from "./line";
import { limitSentence } from "./sentence";
import type { Verdict } from "./verdict";
import { lengthOf, spanOf, spokenLimit, windowOf } from "./window";

type Limited = Extract<Failure, { kind: "limited" }>;

/** What `limited` is made of. */
export interface LimitFacts {
  readonly error: GoogleError;
  readonly verdict: Extract<Verdict, { kind: "limited" }>;
  readonly backend: BackendName;
  readonly until: EpochMs | undefined;
  readonly detailed: boolean;
  readonly now: EpochMs;
  readonly refused: { readonly status: number; readonly sentence: string; readonly consumer?: string };
}

const SPENDING = /\bspend(?:ing)?[ -](?:cap|limit|based)|\bspending\b|monthly (?:cap|limit|budget)/;
const DAILY_WORDS = /\bper day\b|_per_day\b|\bdaily\b/;
const WHOLE_ACCOUNT = "individual quota reached";
const LONGEST_ID = 120;

const namesOf = ({ id, metric }: QuotaLimit): string => `${id} ${metric}`;

/** The limits Google named, in either of its two forms, with the zeros its JSON dropped. */
function limitsOf(error: GoogleError): readonly QuotaLimit[] {
  const limits = error.limits.map((limit) => (droppedZero(error, limit) ? { ...limit, value: 0 } : limit));
  const id = error.metadata("quota_limit");
  if (id === undefined) return limits;
  const value = error.metadata("quota_limit_value") ?? "";
  const metric = error.metadata("quota_metric") ?? "";
  return [...limits, { id, metric, value: /^\d{1,18}$/.test(value) ? Number(value) : undefined, whole: true }];
}

/** A violation without its value is one of 0, unless the words name a limit (google-gemini/gemini-cli#22486) or it has but a metric. */
const droppedZero = (error: GoogleError, { id, value, whole }: QuotaLimit): boolean =>
  value === undefined && whole && !id.includes("/") && !/\blimit: ?[1-9]/.test(error.text);

const isZero = (error: GoogleError, limits: readonly QuotaLimit[]): boolean =>
  limits.some((limit) => limit.value === 0) || /\blimit: ?0(?![\d.]*[1-9])/.test(error.text);

/** The limit that decides: one of 0 where there is one, since no other matters then, else the one that lasts longest. */
function decisive(limits: readonly QuotaLimit[]): QuotaLimit | undefined {
  const weight = (limit: QuotaLimit) => (limit.value === 0 ? 10 : 0) + lengthOf(spanOf(namesOf(limit)));
  return limits.reduce<QuotaLimit | undefined>(
    (best, limit) => (best !== undefined && weight(best) >= weight(limit) ? best : limit),
    undefined,
  );
}

function reasonOf(facts: LimitFacts, limits: readonly QuotaLimit[], limit: QuotaLimit | undefined): Limited["reason"] {
  const { error, verdict, until } = facts;
  if (verdict.reason === "model-unavailable" || isZero(error, limits)) return "model-unavailable";
  const span = limit && spanOf(namesOf(limit));
  if (span === "day" || (span === undefined && DAILY_WORDS.test(error.text))) return "daily-quota";
  if (SPENDING.test(error.text)) return "spend-limit";
  if (span === "week" || span === "month") return "quota";
  return verdict.reason ?? (limit !== undefined || until !== undefined ? "rate-limit" : "unexplained");
}

function untilOf(reason: Limited["reason"], { until, now }: LimitFacts): EpochMs | undefined {
  if (reason === "model-unavailable") return undefined;
  return until ?? (reason === "daily-quota" ? nextPacificMidnight(now) : undefined);
}

/** A refusal for quota, with its reach, its reason and when it ends. A model with a limit of 0 states no end: waiting does not help it. */
export function limited(facts: LimitFacts): Limited {
  const { error, refused, backend } = facts;
  const limits = limitsOf(error);
  const limit = decisive(limits);
  const reason = reasonOf(facts, limits, limit);
  const until = untilOf(reason, facts);
  const window = (limit && windowOf(namesOf(limit), backend)) ?? windowOf(spokenLimit(error.text) ?? "", backend);
  const wholeAccount = facts.verdict.scope === "account" || error.text.includes(WHOLE_ACCOUNT);
  return {
    kind: "limited",
    scope: wholeAccount ? "account" : "quota",
    reason,
    detailed: facts.detailed,
    ...(until === undefined ? {} : { until }),
    ...(limit === undefined ? {} : { quotaId: redact(oneLine(limit.id)).slice(0, LONGEST_ID) }),
    ...(limit?.value === undefined ? {} : { quotaValue: limit.value }),
    ...(window === undefined ? {} : { window }),
    ...refused,
    sentence: limitSentence(refused.sentence, reason, limit),
  };
}
