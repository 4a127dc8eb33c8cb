import { type Rule, VERDICTS } from "./verdict";

const BUSY = [429, 500, 503, 529];

/**
 * What Google's sentences mean where it gives no reason, first match first. A 400 may repeat words of the request,
 * so its rules look at the beginning, except where the worst that follows is one repaired call.
 */
export const TEXT_RULES: readonly Rule[] = [
  { has: ["automated queries", "unusual traffic from your", "google.com/sorry"], html: true, verdict: VERDICTS.sorry },

  { statuses: [400], has: ["cannot find field"], verdict: { kind: "rejected" } },
  {
    statuses: [400],
    has: ["thought signature", "thought_signature", "thoughtsignature"],
    verdict: { kind: "signature" },
  },
  {
    statuses: [400, 403],
    starts: [
      "user location is not supported for the api use without a billing",
      "gemini api free tier is not available in your country",
    ],
    verdict: VERDICTS.country,
  },
  { statuses: [400, 403], starts: ["user location is not supported"], verdict: VERDICTS.egress },
  {
    statuses: [403],
    has: ["not available in your location", "not available in your country", "not available in your region"],
    verdict: VERDICTS.egress,
  },
  {
    statuses: [400, 401, 403],
    starts: ["api key not valid", "api key not found", "api key expired"],
    verdict: VERDICTS.keyInvalid,
  },
  { statuses: [400, 403], starts: ["your api key was reported as leaked"], verdict: VERDICTS.keyLeaked },
  { statuses: [400], starts: ["invalid project resource name"], verdict: VERDICTS.projectMissing },

  { statuses: [401], starts: ["api keys are not supported"], verdict: VERDICTS.keyUnsupported },

  { statuses: [402, 403, 429], has: ["prepayment credits are depleted"], verdict: VERDICTS.prepay },

  {
    statuses: [403],
    has: [
      "violation of terms of service",
      "violation of our terms of service",
      "violation of google's terms of service",
    ],
    verdict: VERDICTS.banned,
  },
  { statuses: [403], starts: ["verify your account"], verdict: VERDICTS.verification },
  { statuses: [403], has: ["no longer supported for gemini code assist"], verdict: VERDICTS.clientRetired },
  { statuses: [403], has: ["not eligible for gemini code assist"], verdict: VERDICTS.notEligible },
  {
    statuses: [403],
    has: [
      "lack a gemini code assist license",
      "do not have a valid license",
      "must be a named user on your organization",
    ],
    verdict: VERDICTS.licence,
  },
  { statuses: [403], starts: ["permission denied: consumer 'api_key"], verdict: VERDICTS.keySuspended },
  {
    statuses: [403],
    starts: [
      "requests from referer",
      "requests from this android",
      "requests from this ios",
      "requests to this api",
      "the provided api key has an ip address restriction",
    ],
    verdict: VERDICTS.keyBlocked,
  },
  { statuses: [403], starts: ["your project has been denied access"], verdict: VERDICTS.projectDenied },
  { statuses: [403], starts: ["permission denied on resource project"], verdict: VERDICTS.projectInvalid },
  { statuses: [403], has: ["has not been used in project"], verdict: VERDICTS.serviceDisabled },
  { statuses: [403], has: ["requires billing to be enabled"], verdict: VERDICTS.billingDisabled },
  { statuses: [403], starts: ["request had insufficient authentication scopes"], verdict: VERDICTS.scopes },
  { statuses: [403], has: ["unregistered callers"], verdict: VERDICTS.noIdentity },
  { statuses: [403], has: ["prohibited by organization's policy"], verdict: VERDICTS.organisation },
  // The request names a cached content or a file that another project owns: no account is at fault.
  {
    statuses: [403],
    starts: ["cachedcontent not found", "you do not have permission to access the file"],
    verdict: { kind: "rejected" },
  },
  // The same of Vertex AI, which says 404 also of a model that one project lacks.
  { statuses: [404], starts: ["not found: cached content", "cached content"], verdict: { kind: "rejected" } },
  { statuses: [403], starts: ["permission '"], verdict: VERDICTS.permission },
  // What Vertex AI says of a model that this project, or its organisation, has not switched on.
  {
    statuses: [400],
    starts: ["project `"],
    has: ["` is not allowed to use publisher model"],
    verdict: VERDICTS.modelMissing,
  },
  {
    statuses: [400, 403],
    starts: ["organization policy constraint constraints/vertexai.allowedmodels"],
    verdict: VERDICTS.modelMissing,
  },
  { statuses: [400], backends: ["vertex"], starts: ["unsupported region"], verdict: VERDICTS.placeUnknown },

  {
    statuses: BUSY,
    has: ["no capacity available", "overloaded", "high demand", "error-code-429"],
    verdict: { kind: "capacity" },
  },
  {
    statuses: [429],
    starts: ["resource exhausted, please try again later", "resource exhausted. please try again later"],
    verdict: { kind: "capacity" },
  },
  { statuses: [429], has: ["provisioned throughput"], verdict: { kind: "limited", reason: "rate-limit" } },
  {
    statuses: [429],
    has: ["individual quota reached"],
    verdict: { kind: "limited", reason: "quota", scope: "account" },
  },
  {
    statuses: [429],
    starts: ["quota exceeded for", "rate limit exceeded"],
    verdict: { kind: "limited", reason: "rate-limit" },
  },
];

/** What the status alone means, first match first; the last row catches all. */
export const STATUS_RULES: readonly Rule[] = [
  { statuses: [401], verdict: { kind: "unauthorized" } },
  { statuses: [402], verdict: VERDICTS.billing },
  { statuses: [403], verdict: { kind: "denied" } },
  // The host of a location that is none answers with a page. The backend knows which location was asked.
  { statuses: [404], backends: ["vertex"], html: true, verdict: VERDICTS.placeUnknown },
  { statuses: [404], html: true, verdict: { kind: "rejected" } },
  // One account's seat or project may lack a model that the next one has; the Gemini API has the same models for all.
  {
    statuses: [404],
    backends: ["code-assist", "vertex"],
    verdict: VERDICTS.modelMissing,
  },
  { statuses: [407], verdict: VERDICTS.proxy },
  { statuses: [408, 409, 499], verdict: { kind: "transient" } },
  { statuses: [429], verdict: { kind: "limited" } },
  // Not implemented: the same call would fail everywhere.
  { statuses: [501], verdict: { kind: "rejected" } },
];
