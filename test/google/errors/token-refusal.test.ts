import { describe, expect, test } from "bun:test";
import { classifyTokenRefusal } from "../../../src/google/errors/token-refusal";

const grant = (error_description: string, more = {}) => ({ error: "invalid_grant", error_description, ...more });

const rows: readonly [name: string, status: number, body: object | string, means: object, words?: string][] = [
  [
    "revoked",
    400,
    grant("Token has been expired or revoked."),
    { kind: "parked", state: "needs-login", scope: "account" },
    "Log in again",
  ],
  ["bad request", 400, grant("Bad Request"), { kind: "parked", state: "needs-login" }],
  ["account deleted", 400, grant("Account has been deleted"), { kind: "parked", state: "needs-login" }, "deleted"],
  [
    "session policy",
    400,
    grant("reauth related error (invalid_rapt)", { error_subtype: "invalid_rapt" }),
    { kind: "parked", state: "needs-login" },
    "organisation",
  ],
  [
    "session policy, sibling",
    400,
    grant("Sign in", { error_subtype: "rapt_required" }),
    { kind: "parked", state: "needs-login" },
    "organisation",
  ],
  [
    "clock",
    400,
    grant(
      "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
    ),
    { kind: "machine" },
    "clock",
  ],
  ["service-account key", 400, grant("Invalid JWT Signature."), { kind: "parked", state: "key-invalid" }],
  ["service account gone", 400, grant("Invalid grant: account not found"), { kind: "parked", state: "key-invalid" }],
  ["client", 401, { error: "invalid_client", error_description: "Unauthorized" }, { kind: "machine" }, "OAuth client"],
  ["client, other form", 401, { error: "unauthorized_client" }, { kind: "machine" }, "OAuth client"],
  [
    "an error of another name",
    400,
    { error: "invalid_request", error_description: "for me@work.example" },
    { kind: "machine" },
    "invalid_request",
  ],
  [
    "server",
    503,
    { error: "internal_failure", error_description: "Backend Error" },
    { kind: "transient", cause: "server" },
  ],
  ["server that names the grant", 500, grant("Bad Request"), { kind: "transient" }],
  ["too many", 429, { error: "rate_limit_exceeded" }, { kind: "transient" }],
  ["a page", 400, "<html>captive</html>", { kind: "transient" }],
  ["nothing", 404, "", { kind: "transient" }],
];

describe("classifyTokenRefusal", () => {
  for (const [name, status, body, means, words] of rows) {
    test(name, () => {
      const failure = classifyTokenRefusal({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
      expect(failure).toMatchObject({ ...means, status });
      expect(failure.sentence).toContain(words ?? " ");
      expect(failure.sentence).not.toContain("@");
    });
  }
});
