import { timestamp } from "../wire";
import { type CaseBuilder, type CaseTable, found } from "./case";

const HOUR = 3_600_000;
const FREE = { id: "free-tier", name: "Gemini Code Assist for individuals" };
const STANDARD = {
  id: "standard-tier",
  name: "Gemini Code Assist",
  userDefinedCloudaicompanionProject: true,
  privacyNotice: {},
};
const OPERATION = "operations/onboardUser.EXAMPLE";
const PROJECT = "example-project-12345";

const ineligible = (reasonCode: string, reasonMessage: string, more: object = {}) =>
  found({
    allowedTiers: [{ ...STANDARD, isDefault: true }],
    ineligibleTiers: [{ reasonCode, reasonMessage, tierId: FREE.id, tierName: FREE.name, ...more }],
  });

const later =
  (build: (at: (hours: number) => string) => unknown): CaseBuilder =>
  (context) => ({
    kind: "json",
    status: 200,
    body: build((hours) => timestamp(context.now + hours * HOUR)),
  });

const quotaBuckets = later((at) => ({
  buckets: [
    { resetTime: at(20), tokenType: "REQUESTS", modelId: "gemini-2.5-flash", remainingFraction: 0.992 },
    {
      resetTime: at(20),
      tokenType: "REQUESTS",
      modelId: "gemini-2.5-pro",
      remainingFraction: 0.75,
      remainingAmount: "100",
    },
    { resetTime: at(20), tokenType: "REQUESTS", modelId: "gemini-2.5-pro_vertex", remainingFraction: 0.75 },
  ],
}));

const quotaSummary = later((at) => ({
  groups: [
    {
      displayName: "Gemini Models",
      description: "Gemini models",
      buckets: [
        {
          bucketId: "gemini-weekly",
          displayName: "Weekly Limit",
          window: "weekly",
          remainingFraction: 0.61,
          resetTime: at(90),
        },
        { bucketId: "gemini-5h", displayName: "5h Limit", window: "5h", remainingFraction: 0.9, resetTime: at(4) },
      ],
    },
  ],
}));

const generated: CaseBuilder = ({ model }) => ({
  kind: "json",
  status: 200,
  body: {
    response: {
      candidates: [{ content: { role: "model", parts: [{ text: "Hello" }] }, finishReason: "STOP", index: 0 }],
      usageMetadata: {
        promptTokenCount: 2,
        candidatesTokenCount: 1,
        totalTokenCount: 20,
        thoughtsTokenCount: 17,
        trafficType: "ON_DEMAND",
        promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
        candidatesTokensDetails: [{ modality: "TEXT", tokenCount: 1 }],
      },
      modelVersion: model,
      responseId: "EXAMPLE",
    },
    traceId: "abcdef0123456789",
    consumedCredits: [{ creditType: "GOOGLE_ONE_AI", creditAmount: "5" }],
    remainingCredits: [{ creditType: "GOOGLE_ONE_AI", creditAmount: "858" }],
  },
});

/** Answers that are no refusal: what a seat is entitled to, and what is left. */
export const FOUND_CASES: CaseTable = {
  ca_available_models_200: later((at) => ({
    models: {
      "gemini-3.1-pro-high": {
        displayName: "Gemini 3.1 Pro (High)",
        quotaInfo: { remainingFraction: 0.8, resetTime: at(4) },
      },
      "gemini-3-flash": { displayName: "Gemini 3 Flash", quotaInfo: { resetTime: at(4) } },
    },
  })),
  ca_count_tokens_200: found({ totalTokens: 2 }),
  ca_generate_200: generated,
  ca_load_free_tier_200: found({
    currentTier: FREE,
    allowedTiers: [{ ...FREE, isDefault: true }, STANDARD],
    cloudaicompanionProject: PROJECT,
    gcpManaged: false,
  }),
  ca_load_not_onboarded_200: ineligible(
    "UNSUPPORTED_LOCATION",
    "Your current account is not eligible for Gemini Code Assist for individuals because it is not currently available in your location.",
  ),
  ca_load_paid_credits_200: found({
    currentTier: FREE,
    allowedTiers: [{ ...FREE, isDefault: true }],
    cloudaicompanionProject: PROJECT,
    paidTier: {
      id: "g1-pro-tier",
      name: "Gemini Code Assist in Google One AI Pro",
      availableCredits: [{ creditType: "GOOGLE_ONE_AI", creditAmount: "863", minimumCreditAmountForUsage: "50" }],
    },
  }),
  ca_load_standard_200: found({
    currentTier: STANDARD,
    allowedTiers: [{ ...STANDARD, isDefault: true }],
    cloudaicompanionProject: PROJECT,
    gcpManaged: true,
  }),
  ca_load_unsupported_client_200: ineligible(
    "UNSUPPORTED_CLIENT",
    "This client is no longer supported for Gemini Code Assist for individuals. To continue using Gemini, please migrate to the Antigravity suite of products: https://antigravity.google",
  ),
  ca_load_validation_required_200: ineligible("VALIDATION_REQUIRED", "Verify your account to continue.", {
    validationErrorMessage: "Verify your account to continue.",
    validationUrl: "https://accounts.google.com/signin/continue?plt=EXAMPLE",
    validationUrlLinkText: "Verify your account",
    validationLearnMoreUrl: "https://support.google.com/accounts?p=al_alert",
    validationLearnMoreLinkText: "Learn more",
  }),
  ca_onboard_done_200: found({
    name: OPERATION,
    done: true,
    response: {
      "@type": "type.googleapis.com/google.internal.cloud.code.v1internal.OnboardUserResponse",
      cloudaicompanionProject: { id: PROJECT, name: PROJECT, projectNumber: "123456789012" },
    },
  }),
  ca_onboard_pending_200: found({ name: OPERATION, done: false }),
  ca_quota_200: quotaBuckets,
  ca_quota_summary_200: quotaSummary,
};
