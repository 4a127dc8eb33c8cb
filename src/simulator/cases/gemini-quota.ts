import { help, type Json, protoDuration, quotaFailure, retryInfo, type Violation } from "../wire";
import { type CaseBuilder, refusal } from "./case";

const HOST = "generativelanguage.googleapis.com";
const LIMITS_URL = "https://ai.google.dev/gemini-api/docs/rate-limits";

/** The limits of the Gemini API by what they count, with the names Google gives them. */
export const GEMINI_LIMITS = {
  freeMinute: {
    metric: `${HOST}/generate_content_free_tier_requests`,
    quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
  },
  freeDay: {
    metric: `${HOST}/generate_content_free_tier_requests`,
    quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
  },
  freeTokensMinute: {
    metric: `${HOST}/generate_content_free_tier_input_token_count`,
    quotaId: "GenerateContentInputTokensPerModelPerMinute-FreeTier",
  },
  freeTokensDay: {
    metric: `${HOST}/generate_content_free_tier_input_token_count`,
    quotaId: "GenerateContentInputTokensPerModelPerDay-FreeTier",
  },
  paidMinute: { metric: `${HOST}/generate_requests_per_model`, quotaId: "GenerateRequestsPerMinutePerProjectPerModel" },
  paidDay: {
    metric: `${HOST}/generate_requests_per_model_per_day`,
    quotaId: "GenerateRequestsPerDayPerProjectPerModel",
  },
  paidTokensMinute: {
    metric: `${HOST}/generate_content_paid_tier_input_token_count`,
    quotaId: "GenerateContentPaidTierInputTokensPerModelPerMinute",
  },
} as const;

/** The sentence every quota refusal of the Gemini API begins with. */
export const QUOTA_SENTENCE = `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: ${LIMITS_URL}.`;

/** The link that most quota refusals carry. */
export const quotaHelp = (): Json => help(["Learn more about Gemini API quotas", LIMITS_URL]);

interface QuotaRefusal {
  readonly model: string;
  readonly violations: readonly Violation[];
  /** In the sentence, exact. */
  readonly seconds: number;
  /** In RetryInfo, whole. */
  readonly retrySeconds: number;
  readonly withHelp?: boolean;
  readonly namesModel?: boolean;
  readonly mentionsUsage?: boolean;
  readonly before?: readonly Json[];
}

/** The refusal of a reached limit: QuotaFailure with RetryInfo, and the same in words. */
export function quotaRefusal(options: QuotaRefusal): CaseBuilder {
  const { model, violations, namesModel = false, mentionsUsage = true, withHelp = true, before = [] } = options;
  const lines = violations.map(
    ({ metric, limit }) =>
      `* Quota exceeded for metric: ${metric}, limit: ${limit}${namesModel ? `, model: ${model}` : ""}`,
  );
  const usage = mentionsUsage ? " To monitor your current usage, head to: https://ai.dev/rate-limit. " : "";
  const message = [
    `${QUOTA_SENTENCE}${usage}`,
    ...new Set(lines),
    `Please retry in ${protoDuration(options.seconds)}.`,
  ].join("\n");
  const details = [
    ...before,
    quotaFailure(violations, model),
    ...(withHelp ? [quotaHelp()] : []),
    retryInfo(options.retrySeconds),
  ];
  return refusal(429, "RESOURCE_EXHAUSTED", message, { details });
}
