import { errorInfo, help } from "../wire";
import { type CaseContext, type CaseTable, refusal, refusalFor } from "./case";
import { serviceDisabled } from "./gemini-api";

const CONSOLE = "https://console.developers.google.com";
const SERVICE = "aiplatform.googleapis.com";
const resourceOf = ({ project, location = "us-central1", model }: CaseContext) =>
  `projects/${project}/locations/${location}/publishers/google/models/${model}`;

const iamDenied = refusalFor((context) => {
  const permission = "aiplatform.endpoints.predict";
  const resource = resourceOf(context);
  const message = `Permission '${permission}' denied on resource '//${SERVICE}/${resource}' (or it may not exist).`;
  return refusal(403, "PERMISSION_DENIED", message, {
    details: [errorInfo("IAM_PERMISSION_DENIED", SERVICE, { resource, permission })],
  });
});

const billingDisabled = refusalFor(({ project }) => {
  const url = `${CONSOLE}/billing/enable?project=${project}`;
  const message = `This API method requires billing to be enabled. Please enable billing on project #${project} by visiting ${url} then retry. If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.`;
  const info = errorInfo("BILLING_DISABLED", "googleapis.com", { consumer: `projects/${project}`, service: SERVICE });
  return refusal(403, "PERMISSION_DENIED", message, {
    details: [help(["Google developers console billing", url]), info],
  });
});

const notFound = refusalFor((context) =>
  refusal(
    404,
    "NOT_FOUND",
    `Publisher Model \`${resourceOf(context)}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`,
  ),
);

const projectQuota = refusalFor(({ model }) =>
  refusal(
    429,
    "RESOURCE_EXHAUSTED",
    `Quota exceeded for ${SERVICE}/generate_content_requests_per_minute_per_project_per_base_model with base model: ${model}. Please submit a quota increase request. https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.`,
  ),
);

/** What Vertex AI refuses with. */
export const VERTEX_CASES: CaseTable = {
  vx_400_thought_signature_invalid: refusal(
    400,
    "INVALID_ARGUMENT",
    "Unable to submit request because Thought signature is not valid.. Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini",
  ),
  vx_400_thought_signature_missing: refusal(
    400,
    "INVALID_ARGUMENT",
    "Unable to submit request because function call `X` in the 2. content block is missing a `thought_signature`. Learn more: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures",
  ),
  vx_401_api_key_unsupported: refusal(
    401,
    "UNAUTHENTICATED",
    "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal. See https://cloud.google.com/docs/authentication",
    {
      details: [
        errorInfo("CREDENTIALS_MISSING", "googleapis.com", {
          method: "google.cloud.aiplatform.v1.PredictionService.GenerateContent",
          service: SERVICE,
        }),
      ],
    },
  ),
  vx_403_billing_disabled: billingDisabled,
  vx_403_iam: iamDenied,
  vx_403_service_disabled: serviceDisabled(SERVICE, "Agent Platform API", (context) => context.project),
  vx_404_publisher_model: notFound,
  vx_429_dsq_bare: refusal(
    429,
    "RESOURCE_EXHAUSTED",
    "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
  ),
  vx_429_project_quota: projectQuota,
  vx_429_provisioned: refusal(429, "RESOURCE_EXHAUSTED", "Too many requests. Exceeded the Provisioned Throughput."),
};
