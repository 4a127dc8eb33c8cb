import { type Rule, VERDICTS } from "./verdict";

/**
 * What Google's machine-readable reasons mean, first match first. What parks an account must come from Google itself; a limit or a
 * lack of capacity is one whoever says it, and Google says it under many domains.
 * Sources: googleapis/googleapis google/api/error_reason.proto; google-gemini/gemini-cli googleQuotaErrors.ts.
 */
export const REASON_RULES: readonly Rule[] = [
  { reasons: ["TOS_VIOLATION"], verdict: VERDICTS.banned },
  { reasons: ["MODEL_CAPACITY_EXHAUSTED", "MODEL_CAPACITY_EXCEEDED"], anyDomain: true, verdict: { kind: "capacity" } },
  { reasons: ["QUOTA_EXHAUSTED"], anyDomain: true, verdict: { kind: "limited", reason: "quota" } },
  {
    reasons: ["INSUFFICIENT_G1_CREDITS_BALANCE"],
    verdict: {
      kind: "limited",
      reason: "quota",
      scope: "account",
      say: "This account has no credits left and no quota of its own.",
    },
  },
  {
    reasons: ["RATE_LIMIT_EXCEEDED", "RESOURCE_QUOTA_EXCEEDED"],
    anyDomain: true,
    verdict: { kind: "limited", reason: "rate-limit" },
  },
  // Google's older APIs say 403 for a limit.
  {
    reasons: ["dailyLimitExceeded"],
    statuses: [403],
    verdict: { kind: "limited", reason: "daily-quota" },
  },
  {
    reasons: ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"],
    statuses: [403],
    verdict: { kind: "limited", reason: "rate-limit" },
  },
  { reasons: ["VALIDATION_REQUIRED"], verdict: VERDICTS.verification },
  { reasons: ["SUBSCRIPTION_REQUIRED"], verdict: VERDICTS.licence },
  { reasons: ["UNSUPPORTED_CLIENT"], verdict: VERDICTS.clientRetired },
  {
    reasons: ["INELIGIBLE_ACCOUNT", "DASHER_USER", "NON_USER_ACCOUNT", "RESTRICTED_AGE"],
    verdict: VERDICTS.notEligible,
  },
  { reasons: ["UNSUPPORTED_LOCATION", "UNKNOWN_LOCATION", "RESTRICTED_NETWORK"], verdict: VERDICTS.egress },
  { reasons: ["API_KEY_INVALID"], verdict: VERDICTS.keyInvalid },
  { reasons: ["ACCESS_TOKEN_TYPE_UNSUPPORTED"], verdict: VERDICTS.keyUnsupported },
  { reasons: ["CREDENTIALS_MISSING"], starts: ["api keys are not supported"], verdict: VERDICTS.keyUnsupported },
  { reasons: ["CREDENTIALS_MISSING"], verdict: VERDICTS.noIdentity },
  {
    reasons: [
      "API_KEY_SERVICE_BLOCKED",
      "API_KEY_HTTP_REFERRER_BLOCKED",
      "API_KEY_IP_ADDRESS_BLOCKED",
      "API_KEY_ANDROID_APP_BLOCKED",
      "API_KEY_IOS_APP_BLOCKED",
    ],
    verdict: VERDICTS.keyBlocked,
  },
  { reasons: ["CONSUMER_SUSPENDED"], backends: ["gemini-api"], verdict: VERDICTS.keySuspended },
  { reasons: ["CONSUMER_SUSPENDED"], verdict: VERDICTS.projectDenied },
  { reasons: ["SERVICE_DISABLED"], verdict: VERDICTS.serviceDisabled },
  { reasons: ["CONSUMER_INVALID", "RESOURCE_PROJECT_INVALID"], verdict: VERDICTS.projectInvalid },
  { reasons: ["BILLING_DISABLED"], verdict: VERDICTS.billingDisabled },
  { reasons: ["LOCATION_TAX_POLICY_VIOLATED"], verdict: VERDICTS.billing },
  { reasons: ["IAM_PERMISSION_DENIED", "USER_PROJECT_DENIED"], verdict: VERDICTS.permission },
  {
    reasons: ["SECURITY_POLICY_VIOLATED", "ORG_RESTRICTION_VIOLATION", "USER_BLOCKED_BY_ADMIN"],
    verdict: VERDICTS.organisation,
  },
  { reasons: ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"], verdict: VERDICTS.scopes },
  { reasons: ["ACCOUNT_STATE_INVALID"], verdict: VERDICTS.login },
  { reasons: ["ACCESS_TOKEN_EXPIRED", "SESSION_COOKIE_INVALID"], verdict: { kind: "unauthorized" } },
];
