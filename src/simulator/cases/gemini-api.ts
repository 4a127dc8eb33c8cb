import { badRequest, debugInfo, errorInfo, help, type Json, localized, type Violation } from "../wire";
import { type CaseContext, type CaseTable, found, refusal, refusalFor } from "./case";
import { rpc } from "./common";
import { GEMINI_LIMITS, QUOTA_SENTENCE, quotaHelp, quotaRefusal } from "./gemini-quota";

const CONSOLE = "https://console.developers.google.com";
const SERVICE = "generativelanguage.googleapis.com";
const KEY = "AIzaEXAMPLE";
const UNKNOWN_FIELD = 'Invalid JSON payload received. Unknown name "session_id": Cannot find field.';
const PREPAY =
  "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing. Learn more at https://ai.google.dev/gemini-api/docs/billing#prepay.";

interface Limited {
  readonly limits: readonly Omit<Violation, "limit">[];
  readonly limit: number;
  readonly seconds: number;
  readonly withHelp?: boolean;
  readonly namesModel?: boolean;
  readonly mentionsUsage?: boolean;
  readonly before?: readonly Json[];
}

const limited = ({ limits, limit, seconds, ...rest }: Limited) =>
  refusalFor(({ model, changes }) => {
    const exact = changes.retryDelaySeconds ?? changes.resetDelaySeconds ?? seconds;
    const value = changes.limit ?? limit;
    const violations = limits.map((each) => ({ ...each, limit: value }));
    return quotaRefusal({ model, violations, seconds: exact, retrySeconds: Math.floor(exact), ...rest });
  });

const consumer = (context: CaseContext, more: Json = {}): Json => ({
  service: rpc(context).service,
  consumer: `projects/${context.projectNumber}`,
  ...more,
});

const keyInvalid = (message: string) =>
  refusalFor((context) =>
    refusal(400, "INVALID_ARGUMENT", message, {
      details: [errorInfo("API_KEY_INVALID", "googleapis.com", { service: rpc(context).service }), localized(message)],
    }),
  );

const keyBlocked = (reason: string, message: string) =>
  refusalFor((context) =>
    refusal(403, "PERMISSION_DENIED", message, { details: [errorInfo(reason, "googleapis.com", consumer(context))] }),
  );

const suspended = refusalFor((context) => {
  const message = `Permission denied: Consumer 'api_key:${KEY}' has been suspended.`;
  const info = errorInfo(
    "CONSUMER_SUSPENDED",
    "googleapis.com",
    consumer(context, { containerInfo: `api_key:${KEY}` }),
  );
  return refusal(403, "PERMISSION_DENIED", message, { details: [info, localized(message)] });
});

const serviceBlocked = refusalFor((context) => {
  const { service, method: methodName } = rpc(context);
  const message = `Requests to this API ${service} method ${methodName} are blocked.`;
  const info = errorInfo(
    "API_KEY_SERVICE_BLOCKED",
    "googleapis.com",
    consumer(context, { apiName: service, methodName }),
  );
  return refusal(403, "PERMISSION_DENIED", message, { details: [info, localized(message)] });
});

/** A project where the API was never switched on, for any of Google's services. */
export function serviceDisabled(service: string, title: string, project: (context: CaseContext) => string) {
  return refusalFor((context) => {
    const id = project(context);
    const url = `${CONSOLE}/apis/api/${service}/overview?project=${id}`;
    const message = `${title} has not been used in project ${id} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
    const metadata = {
      consumer: `projects/${id}`,
      service,
      serviceTitle: title,
      containerInfo: id,
      activationUrl: url,
    };
    const details = [
      errorInfo("SERVICE_DISABLED", "googleapis.com", metadata),
      localized(message),
      help(["Google developers console API activation", url]),
    ];
    return refusal(403, "PERMISSION_DENIED", message, { details });
  });
}

const legacyRateLimit = refusalFor((context) => {
  const message = `Quota exceeded for quota metric 'Generate Content API requests per minute' and limit 'GenerateContent request limit per minute for a region' of service '${SERVICE}' for consumer 'project_number:${context.projectNumber}'.`;
  const metadata = consumer(context, {
    quota_limit: "GenerateContentRequestsPerMinutePerProjectPerRegion",
    quota_limit_value: String(context.changes.limit ?? 0),
    quota_location: "us-west1",
    quota_metric: `${SERVICE}/generate_content_requests`,
  });
  const details = [
    errorInfo("RATE_LIMIT_EXCEEDED", "googleapis.com", metadata),
    help(["Request a higher quota limit.", "https://cloud.google.com/docs/quota#requesting_higher_quota"]),
  ];
  return refusal(429, "RESOURCE_EXHAUSTED", message, { details });
});

const modelNotFound = refusalFor(({ model }) =>
  refusal(
    404,
    "NOT_FOUND",
    `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
  ),
);

const { freeMinute, freeDay, freeTokensMinute, freeTokensDay, paidTokensMinute } = GEMINI_LIMITS;

/** What the Gemini API refuses with. */
export const GEMINI_API_CASES: CaseTable = {
  gl_400_api_key_expired: keyInvalid("API key expired. Please renew the API key."),
  gl_400_api_key_invalid: keyInvalid("API key not valid. Please pass a valid API key."),
  gl_400_free_tier_country: refusal(
    400,
    "FAILED_PRECONDITION",
    "User location is not supported for the API use without a billing account linked.",
  ),
  gl_400_thought_signature_corrupted: refusal(400, "INVALID_ARGUMENT", "Corrupted thought signature."),
  gl_400_thought_signature_missing: refusal(
    400,
    "INVALID_ARGUMENT",
    "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:write_file` , position 8. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.",
  ),
  gl_400_token_overflow: refusal(
    400,
    "INVALID_ARGUMENT",
    "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).",
  ),
  gl_400_unknown_field: refusal(400, "INVALID_ARGUMENT", UNKNOWN_FIELD, { details: [badRequest(UNKNOWN_FIELD)] }),
  gl_402_prepay_depleted: refusal(402, "RESOURCE_EXHAUSTED", PREPAY),
  gl_403_consumer_suspended: suspended,
  gl_403_ip_blocked: keyBlocked(
    "API_KEY_IP_ADDRESS_BLOCKED",
    "The provided API key has an IP address restriction. The originating IP address of the call (203.0.113.7) violates this restriction.",
  ),
  gl_403_key_leaked: refusal(
    403,
    "PERMISSION_DENIED",
    "Your API key was reported as leaked. Please use another API key.",
  ),
  gl_403_no_identity: refusal(
    403,
    "PERMISSION_DENIED",
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  ),
  gl_403_project_denied: refusal(
    403,
    "PERMISSION_DENIED",
    "Your project has been denied access. Please contact support.",
  ),
  gl_403_referrer_blocked: keyBlocked("API_KEY_HTTP_REFERRER_BLOCKED", "Requests from referer <empty> are blocked."),
  gl_403_service_blocked: serviceBlocked,
  gl_403_service_disabled: serviceDisabled(SERVICE, "Generative Language API", (context) => context.projectNumber),
  gl_404_model: modelNotFound,
  gl_429_bare: refusal(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
  gl_429_free_input_tpm: limited({ limits: [freeTokensMinute], limit: 250000, seconds: 12.6 }),
  gl_429_free_multi: limited({
    limits: [freeDay, freeMinute, freeTokensMinute, freeTokensDay],
    limit: 0,
    seconds: 14.2,
    namesModel: true,
    mentionsUsage: false,
  }),
  gl_429_free_rpd: limited({ limits: [freeDay], limit: 20, seconds: 36.429760048, withHelp: false, namesModel: true }),
  gl_429_free_rpm: limited({ limits: [freeMinute], limit: 2, seconds: 56.185908122 }),
  gl_429_help_only: refusal(429, "RESOURCE_EXHAUSTED", QUOTA_SENTENCE, { details: [quotaHelp()] }),
  gl_429_legacy_rate_limit: legacyRateLimit,
  gl_429_paid_input_tpm: limited({
    limits: [paidTokensMinute],
    limit: 10000,
    seconds: 40.025771073,
    before: [
      debugInfo(
        '[ORIGINAL ERROR] generic::resource_exhausted: You exceeded your current quota [google.rpc.error_details_ext] { message: "..." }',
      ),
    ],
  }),
  gl_429_prepay_depleted_old: refusal(429, "RESOURCE_EXHAUSTED", PREPAY),
  gl_429_spend_cap: refusal(429, "RESOURCE_EXHAUSTED", QUOTA_SENTENCE),
  gl_500_internal: refusal(
    500,
    "INTERNAL",
    "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
  ),
  gl_503_high_demand: refusal(
    503,
    "UNAVAILABLE",
    "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.",
  ),
  gl_503_overloaded: refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
  gl_504_deadline: refusal(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
  gl_interactions_error: found({ error: { code: "invalid_request", message: "EXAMPLE" } }, 400),
};
