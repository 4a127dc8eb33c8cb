import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendName } from "../../../src/core/account";
import { classify } from "../../../src/google/errors/classify";
import { classifyTokenRefusal } from "../../../src/google/errors/token-refusal";

/** Answers of Google collected beside the repository; a checkout alone does not have them. */
const CASES = join(import.meta.dir, "../../../../shared/cases/google");
const present = existsSync(CASES);

/** What each must mean: kind, then scope or state, then reason. */
const MEANS: Readonly<Record<string, string>> = {
  any_400_thought_signature_invalid: "signature",
  any_401_access_token_expired: "unauthorized",
  any_401_access_token_type_unsupported: "parked account key-invalid",
  any_401_unauthenticated: "unauthorized",
  any_403_scope_insufficient: "parked account needs-login",
  ca_400_invalid_project: "parked account project-disabled",
  ca_400_location: "egress",
  ca_400_precondition_onboard: "rejected",
  ca_400_thought_signature_bytes: "signature",
  ca_403_bare: "denied",
  ca_403_iam: "parked account no-licence",
  ca_403_named_user: "parked account no-licence",
  ca_403_not_eligible: "parked account not-eligible",
  ca_403_project_consumer_invalid: "parked project project-disabled",
  ca_403_service_disabled: "parked project project-disabled url",
  ca_403_subscription_required: "parked account no-licence url",
  ca_403_tos_violation: "banned url",
  ca_403_tos_violation_no_details: "banned",
  ca_403_tos_violation_old: "banned",
  ca_403_validation_required: "parked account needs-verification url",
  ca_403_vpcsc: "parked account not-eligible",
  ca_404_not_found: "limited quota model-unavailable",
  ca_429_2025_per_user_per_tier: "limited quota daily-quota detailed until",
  ca_429_bare_resource_exhausted: "limited quota unexplained",
  ca_429_dsq_array: "capacity",
  ca_429_individual_quota: "limited account quota detailed until",
  ca_429_insufficient_g1_credits: "limited account quota detailed",
  ca_429_model_capacity_exhausted: "capacity detailed until",
  ca_429_quota_exhausted_5h: "limited quota quota detailed until",
  ca_429_quota_exhausted_aicode: "limited quota quota detailed",
  ca_429_quota_exhausted_daily: "limited quota quota detailed until",
  ca_429_quota_exhausted_days: "limited quota quota detailed until",
  ca_429_rate_limit_exceeded_no_retryinfo: "limited quota rate-limit detailed until",
  ca_429_rate_limit_exceeded_subsecond: "limited quota rate-limit detailed until",
  ca_429_shared_project: "limited quota model-unavailable detailed",
  ca_499_cancelled: "transient server",
  ca_500_internal: "transient server",
  ca_503_model_capacity_exhausted: "capacity detailed",
  ca_503_unavailable: "transient server",
  gl_400_api_key_expired: "parked account key-invalid",
  gl_400_api_key_invalid: "parked account key-invalid",
  gl_400_free_tier_country: "parked project billing",
  gl_400_thought_signature_corrupted: "signature",
  gl_400_thought_signature_missing: "signature",
  gl_400_token_overflow: "rejected",
  gl_400_unknown_field: "rejected",
  gl_402_prepay_depleted: "parked project billing url",
  gl_403_consumer_suspended: "parked account key-invalid",
  gl_403_ip_blocked: "parked account key-invalid",
  gl_403_key_leaked: "parked account key-invalid",
  gl_403_no_identity: "machine",
  gl_403_project_denied: "parked project project-disabled",
  gl_403_referrer_blocked: "parked account key-invalid",
  gl_403_service_blocked: "parked account key-invalid",
  gl_403_service_disabled: "parked project project-disabled url",
  gl_404_model: "rejected",
  gl_429_bare: "limited quota unexplained",
  gl_429_free_input_tpm: "limited quota rate-limit detailed until",
  gl_429_free_multi: "limited quota model-unavailable detailed",
  gl_429_free_rpd: "limited quota daily-quota detailed until",
  gl_429_free_rpm: "limited quota rate-limit detailed until",
  gl_429_help_only: "limited quota unexplained",
  gl_429_legacy_rate_limit: "limited quota model-unavailable detailed",
  gl_429_paid_input_tpm: "limited quota rate-limit detailed until",
  gl_429_prepay_depleted_old: "parked project billing url",
  gl_429_spend_cap: "limited quota unexplained",
  gl_500_internal: "transient server",
  gl_503_high_demand: "capacity",
  gl_503_overloaded: "capacity",
  gl_504_deadline: "transient server",
  gl_interactions_error: "rejected",
  html_302_or_429_sorry: "egress",
  html_502: "transient server",
  oauth_invalid_client: "machine",
  oauth_invalid_grant_account_deleted: "parked account needs-login",
  oauth_invalid_grant_bad_request: "parked account needs-login",
  oauth_invalid_grant_clock: "machine",
  oauth_invalid_grant_invalid_rapt: "parked account needs-login",
  oauth_invalid_grant_jwt_signature: "parked account key-invalid",
  oauth_invalid_grant_malformed_code: "parked account needs-login",
  oauth_invalid_grant_revoked: "parked account needs-login",
  oauth_invalid_grant_sa_not_found: "parked account key-invalid",
  oauth_redirect_uri_mismatch: "machine",
  oauth_server_error: "transient server",
  vx_400_thought_signature_invalid: "signature",
  vx_400_thought_signature_missing: "signature",
  vx_401_api_key_unsupported: "parked account key-invalid",
  vx_403_billing_disabled: "parked project billing url",
  vx_403_iam: "parked account no-licence",
  vx_403_service_disabled: "parked project project-disabled url",
  vx_404_publisher_model: "limited quota model-unavailable",
  vx_429_dsq_bare: "capacity",
  vx_429_project_quota: "limited quota rate-limit",
  vx_429_provisioned: "limited quota rate-limit",
};

interface Case {
  readonly _meta: { readonly case: string; readonly backend: string; readonly http_status: number | null };
  readonly body?: unknown;
  readonly raw?: string;
}

const readCase = (file: string): Case => JSON.parse(readFileSync(join(CASES, file), "utf8"));

const cases = present
  ? readdirSync(CASES)
      .filter((file) => file.endsWith(".json"))
      .map(readCase)
  : [];
const refusals = cases.filter((found) => (found._meta.http_status ?? 0) >= 400);

/** `any` was seen at more than one backend: it must mean the same at each. */
const backendsOf = (name: string): readonly BackendName[] =>
  name === "any" ? ["gemini-api", "vertex", "code-assist"] : [name as BackendName];

function meanings({ _meta, body, raw }: Case): readonly object[] {
  const text = raw ?? JSON.stringify(body);
  const status = _meta.http_status ?? 0;
  if (_meta.backend === "oauth") return [classifyTokenRefusal({ status, body: text })];
  return backendsOf(_meta.backend).map((backend) =>
    classify({ backend, status, headers: new Headers(), body: text, now: Date.parse("2026-11-20T12:00:00Z") }),
  );
}

function summary(failure: object): string {
  const { kind, scope, state, reason, cause, detailed, until, url } = failure as Record<string, unknown>;
  const flags = [detailed && "detailed", until !== undefined && "until", url !== undefined && "url"];
  return [kind, scope, state, reason, cause, ...flags].filter(Boolean).join(" ");
}

describe("the collected answers of Google", () => {
  for (const found of refusals) {
    test(found._meta.case, () => {
      for (const failure of meanings(found))
        expect(summary(failure)).toBe(MEANS[found._meta.case] ?? "not in the table");
    });
  }

  test.skipIf(!present)("all mean what the table says; skipped where they are not beside this checkout", () => {
    expect(refusals.map((found) => found._meta.case).sort()).toEqual(Object.keys(MEANS).sort());
  });
});
