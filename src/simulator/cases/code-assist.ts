import { badRequest, errorInfo, help, localized, precondition, retryInfo } from "../wire";
import { type CaseTable, refusal, refusalFor } from "./case";
import { CODE_ASSIST_DOMAIN, capacityRefusal } from "./code-assist-quota";
import { serviceDisabled } from "./gemini-api";

const COMPANION = "cloudaicompanion.googleapis.com";
const BARE = "Resource has been exhausted (e.g. check quota).";
const FEEDBACK = "gemini-code-assist-user-feedback@google.com";

const capacity = (code: 429 | 503, status: string, seconds?: number) =>
  refusalFor(({ model, changes }) => {
    const delay = changes.retryDelaySeconds ?? changes.resetDelaySeconds ?? seconds;
    const info = errorInfo("MODEL_CAPACITY_EXHAUSTED", CODE_ASSIST_DOMAIN, { model });
    return refusal(code, status, `No capacity available for model ${model} on the server`, {
      details: delay === undefined ? [info] : [info, retryInfo(delay)],
    });
  });

const consumerInvalid = refusalFor(({ project }) => {
  const message = `Permission denied on resource project ${project}.`;
  const info = errorInfo("CONSUMER_INVALID", "googleapis.com", {
    consumer: `projects/${project}`,
    service: CODE_ASSIST_DOMAIN,
    containerInfo: project,
  });
  return refusal(403, "PERMISSION_DENIED", message, {
    details: [info, localized(message), help(["Google developers console", "https://console.developers.google.com"])],
  });
});

const iamDenied = refusalFor(({ project }) => {
  const permission = "cloudaicompanion.companions.generateChat";
  const resource = `projects/${project}/locations/global`;
  const message = `Permission '${permission}' denied on resource '//${COMPANION}/${resource}' (or it may not exist).`;
  return refusal(403, "PERMISSION_DENIED", message, {
    details: [errorInfo("IAM_PERMISSION_DENIED", COMPANION, { permission, resource })],
  });
});

const VALIDATION_URL =
  "https://accounts.google.com/signin/continue?sarp=1&scc=1&continue=https://developers.google.com/gemini-code-assist/auth/auth_success_gemini&plt=EXAMPLE&flowName=GlifWebSignIn&authuser";
const LEARN_URL = "https://support.google.com/accounts?p=al_alert";

const validationRequired = refusal(403, "PERMISSION_DENIED", "Verify your account to continue.", {
  details: [
    errorInfo("VALIDATION_REQUIRED", CODE_ASSIST_DOMAIN, {
      validation_error_message: "Verify your account to continue.",
      validation_url_link_text: "Verify your account",
      validation_url: VALIDATION_URL,
      validation_learn_more_link_text: "Learn more",
      validation_learn_more_url: LEARN_URL,
    }),
    help(["Verify your account", VALIDATION_URL], ["Learn more", LEARN_URL]),
  ],
});

const banned = refusal(
  403,
  "PERMISSION_DENIED",
  "This service has been disabled in this account for violation of Terms of Service. Please submit an appeal to continue using this product.",
  {
    details: [
      errorInfo("TOS_VIOLATION", CODE_ASSIST_DOMAIN, {
        uiMessage: "true",
        appeal_url_link_text: "Submit Appeal",
        appeal_url: "https://forms.gle/example-appeal",
      }),
    ],
  },
);

const perUserPerTier = refusalFor(({ changes }) => {
  const what = "Gemini 2.5 Pro Requests";
  const consumer = "681255809395";
  const message = `Quota exceeded for quota metric '${what}' and limit '${what} per day per user per tier' of service '${CODE_ASSIST_DOMAIN}' for consumer 'project_number:${consumer}'.`;
  const metadata = {
    quota_metric: `${CODE_ASSIST_DOMAIN}/gemini_2_5_pro_requests`,
    quota_limit: "Gemini25ProRequestsPerDayPerUserPerTier",
    quota_location: "global",
    quota_limit_value: String(changes.limit ?? 100),
    service: CODE_ASSIST_DOMAIN,
    consumer: `projects/${consumer}`,
  };
  const details = [
    errorInfo("RATE_LIMIT_EXCEEDED", "googleapis.com", metadata),
    help(["Request a higher quota limit.", "https://cloud.google.com/docs/quotas/help/request_increase"]),
  ];
  return refusal(429, "RESOURCE_EXHAUSTED", message, { details, legacy: "rateLimitExceeded", arrayWrapped: true });
});

const sharedProject = refusalFor(({ changes }) =>
  refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric.", {
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        violations: [
          {
            quotaMetric: "generativelanguage.googleapis.com/generate_content_requests",
            quotaId: "GenerateRequestsPerMinutePerProjectPerModel-SharedProject",
            quotaValue: String(changes.limit ?? 0),
          },
        ],
      },
    ],
  }),
);

const exhaustedElsewhere = refusalFor(({ model }) =>
  refusal(429, "RESOURCE_EXHAUSTED", `You have exhausted your ${model} quota. Please try again later.`, {
    details: [errorInfo("QUOTA_EXHAUSTED", "aicode.googleapis.com", { model })],
  }),
);

const SIGNATURE_FIELD = "request.contents[1].parts[0].thought_signature";
const SIGNATURE_BYTES = `Invalid value at '${SIGNATURE_FIELD}' (TYPE_BYTES), Base64 decoding failed for "EXAMPLE=EXAMPLE"`;
const DSQ =
  "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.";
const VPC = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: EXAMPLE";

/** What Code Assist refuses with. */
export const CODE_ASSIST_CASES: CaseTable = {
  ca_400_invalid_project: refusal(400, "INVALID_ARGUMENT", "Invalid project resource name projects/"),
  ca_400_location: refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", {
    legacy: "failedPrecondition",
  }),
  ca_400_precondition_onboard: refusal(400, "FAILED_PRECONDITION", "Precondition check failed."),
  ca_400_thought_signature_bytes: refusal(400, "INVALID_ARGUMENT", SIGNATURE_BYTES, {
    details: [badRequest(SIGNATURE_BYTES, SIGNATURE_FIELD)],
  }),
  ca_403_bare: refusal(403, "PERMISSION_DENIED", "The caller does not have permission"),
  ca_403_iam: iamDenied,
  ca_403_named_user: refusal(
    403,
    "PERMISSION_DENIED",
    "You must be a named user on your organization's\nGemini Code Assist Standard edition subscription to use this service. Please contact your\nadministrator to request an entitlement to Gemini Code Assist Standard edition. ",
    { legacy: "forbidden", arrayWrapped: true },
  ),
  ca_403_not_eligible: refusal(
    403,
    "PERMISSION_DENIED",
    `Your account is not eligible for Gemini Code\n\t\tAssist for individuals at this time. If you believe this is an error,\n\t\tplease contact Google Cloud Support, or email\n\t\t${FEEDBACK}`,
  ),
  ca_403_project_consumer_invalid: consumerInvalid,
  ca_403_service_disabled: serviceDisabled(CODE_ASSIST_DOMAIN, "Cloud Code Private API", (context) => context.project),
  ca_403_subscription_required: refusal(
    403,
    "PERMISSION_DENIED",
    "You are currently configured to use a Google Cloud Project but lack a Gemini Code Assist license. Please contact your administrator to request a license. (#3501)",
    {
      details: [
        errorInfo("SUBSCRIPTION_REQUIRED", COMPANION),
        help(["Request a license", "https://cloud.google.com/gemini/docs/codeassist/request-license"]),
      ],
    },
  ),
  ca_403_tos_violation: banned,
  ca_403_tos_violation_no_details: refusal(
    403,
    "PERMISSION_DENIED",
    `Gemini has been disabled in this account for violation of Terms of\n\t\tService. If you believe this is an error, please contact Google Cloud Support, or email\n\t\t${FEEDBACK}.`,
  ),
  ca_403_tos_violation_old: refusal(
    403,
    "PERMISSION_DENIED",
    `This service has been disabled in this account for violation of Terms of\n\t\tService. If you believe this is an error, contact ${FEEDBACK}.`,
    { legacy: "forbidden" },
  ),
  ca_403_validation_required: validationRequired,
  ca_403_vpcsc: refusal(403, "PERMISSION_DENIED", VPC, {
    details: [
      errorInfo("SECURITY_POLICY_VIOLATED", "googleapis.com", { uid: "EXAMPLE", service: CODE_ASSIST_DOMAIN }),
      precondition("VPC_SERVICE_CONTROLS", "EXAMPLE"),
    ],
  }),
  ca_404_not_found: refusal(404, "NOT_FOUND", "Requested entity was not found.", { legacy: "notFound" }),
  ca_429_2025_per_user_per_tier: perUserPerTier,
  ca_429_bare_resource_exhausted: refusal(429, "RESOURCE_EXHAUSTED", BARE),
  ca_429_dsq_array: refusal(429, "RESOURCE_EXHAUSTED", DSQ, { legacy: "rateLimitExceeded", arrayWrapped: true }),
  ca_429_individual_quota: capacityRefusal({
    reason: "QUOTA_EXHAUSTED",
    seconds: 33740.910400305,
    plainDelay: true,
    message: (spoken) =>
      `Individual quota reached. Please upgrade your subscription to increase your limits. Resets in ${spoken}.`,
  }),
  ca_429_insufficient_g1_credits: refusal(429, "RESOURCE_EXHAUSTED", BARE, {
    details: [errorInfo("INSUFFICIENT_G1_CREDITS_BALANCE", undefined, { error_number: "2008" })],
  }),
  ca_429_model_capacity_exhausted: capacity(429, "RESOURCE_EXHAUSTED", 9),
  ca_429_quota_exhausted_5h: capacityRefusal({ reason: "QUOTA_EXHAUSTED", seconds: 21599.960323804 }),
  ca_429_quota_exhausted_aicode: exhaustedElsewhere,
  ca_429_quota_exhausted_daily: capacityRefusal({ reason: "QUOTA_EXHAUSTED", seconds: 64752.345 }),
  ca_429_quota_exhausted_days: capacityRefusal({ reason: "QUOTA_EXHAUSTED", seconds: 581981.300432511 }),
  ca_429_rate_limit_exceeded_no_retryinfo: capacityRefusal({
    reason: "RATE_LIMIT_EXCEEDED",
    seconds: 2,
    detailed: false,
  }),
  ca_429_rate_limit_exceeded_subsecond: capacityRefusal({ reason: "RATE_LIMIT_EXCEEDED", seconds: 0.539477544 }),
  ca_429_shared_project: sharedProject,
  ca_499_cancelled: refusal(499, "CANCELLED", "The operation was cancelled."),
  ca_500_internal: refusal(500, "INTERNAL", "Internal error encountered."),
  ca_503_model_capacity_exhausted: capacity(503, "UNAVAILABLE"),
  ca_503_unavailable: refusal(503, "UNAVAILABLE", "The service is currently unavailable.", { legacy: "backendError" }),
};
