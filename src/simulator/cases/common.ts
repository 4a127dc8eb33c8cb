import { errorInfo } from "../wire";
import { type CaseContext, type CaseTable, found, refusal, refusalFor } from "./case";

const CREDENTIALS =
  "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

const SERVICES = {
  "gemini-api": ["generativelanguage.googleapis.com", "google.ai.generativelanguage.v1beta.GenerativeService"],
  vertex: ["aiplatform.googleapis.com", "google.cloud.aiplatform.v1beta1.PredictionService"],
  "code-assist": ["cloudcode-pa.googleapis.com", "google.internal.cloud.code.v1internal.PredictionService"],
} as const;

/** The service that was called and its method, as Google's refusals name them. */
export function rpc({ backend, method }: CaseContext) {
  const [service, name] = SERVICES[backend === "oauth" ? "gemini-api" : backend];
  return { service, method: `${name}.${method}` };
}

const denied = (code: 401 | 403, status: string, reason: string, message: string) =>
  refusalFor((context) =>
    refusal(code, status, message, { details: [errorInfo(reason, "googleapis.com", rpc(context))] }),
  );

/** What any backend may say. */
export const COMMON_CASES: CaseTable = {
  any_400_thought_signature_invalid: refusal(400, "INVALID_ARGUMENT", "Thought signature is not valid"),
  any_401_access_token_expired: denied(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED", CREDENTIALS),
  any_401_access_token_type_unsupported: denied(401, "UNAUTHENTICATED", "ACCESS_TOKEN_TYPE_UNSUPPORTED", CREDENTIALS),
  any_401_unauthenticated: refusal(401, "UNAUTHENTICATED", CREDENTIALS),
  any_403_scope_insufficient: denied(
    403,
    "PERMISSION_DENIED",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "Request had insufficient authentication scopes.",
  ),
  html_302_or_429_sorry: () => ({
    kind: "html",
    status: 429,
    text: "<html><head><title>Sorry...</title></head><body>We're sorry... but your computer or network may be sending automated queries. To protect our users, we can't process your request right now.</body></html>",
  }),
  html_502: () => ({
    kind: "html",
    status: 502,
    text: "<!DOCTYPE html><html lang=en><title>Error 502 (Server Error)!!1</title><p><b>502.</b> <ins>That's an error.</ins><p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds. <ins>That's all we know.</ins>",
  }),
};

const SCOPE =
  "https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile openid";

const invalidGrant = (description: string, more: Readonly<Record<string, string>> = {}) =>
  found({ error: "invalid_grant", error_description: description, ...more }, 400);

/** A refreshed token in Google's shape: without a refresh token, which Google does not rotate. */
export const refreshedToken = (accessToken: string, expiresIn: number) => ({
  access_token: accessToken,
  expires_in: expiresIn,
  scope: SCOPE,
  token_type: "Bearer",
  id_token: "eyJ.EXAMPLE.sig",
});

/** What the token endpoint says. */
export const OAUTH_CASES: CaseTable = {
  oauth_invalid_client: found({ error: "invalid_client", error_description: "Unauthorized" }, 401),
  oauth_invalid_grant_account_deleted: invalidGrant("Account has been deleted"),
  oauth_invalid_grant_bad_request: invalidGrant("Bad Request"),
  oauth_invalid_grant_clock: invalidGrant(
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
  ),
  oauth_invalid_grant_invalid_rapt: invalidGrant("reauth related error (invalid_rapt)", {
    error_uri: "https://support.google.com/a/answer/9368756",
    error_subtype: "invalid_rapt",
  }),
  oauth_invalid_grant_jwt_signature: invalidGrant("Invalid JWT Signature."),
  oauth_invalid_grant_malformed_code: invalidGrant("Malformed auth code."),
  oauth_invalid_grant_revoked: invalidGrant("Token has been expired or revoked."),
  oauth_invalid_grant_sa_not_found: invalidGrant("Invalid grant: account not found"),
  oauth_redirect_uri_mismatch: found({ error: "redirect_uri_mismatch", error_description: "Bad Request" }, 400),
  oauth_server_error: found({ error: "internal_failure", error_description: "Backend Error" }, 503),
  oauth_token_code_exchange_200: found({ ...refreshedToken("ya29.a0-EXAMPLE", 3599), refresh_token: "1//0EXAMPLE" }),
  oauth_token_refresh_200: found(refreshedToken("ya29.a0-EXAMPLE2", 3599)),
  oauth_token_sa_jwt_bearer_200: found({ access_token: "ya29.c.EXAMPLE", expires_in: 3599, token_type: "Bearer" }),
  oauth_userinfo_200: found({
    id: "115000000000000000000",
    email: "user@example.com",
    verified_email: true,
    name: "User Example",
    given_name: "User",
    family_name: "Example",
    picture: "https://lh3.googleusercontent.com/a/EXAMPLE",
  }),
};
