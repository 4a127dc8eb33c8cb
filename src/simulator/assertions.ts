import { verify } from "node:crypto";
import type { EpochMs } from "../core/account";
import { isServiceAccount, type Scenario, type ServiceAccount } from "./scenario";
import type { Json } from "./wire";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LONGEST_SECONDS = 3_600;
/** How far a clock may be ahead before Google says so. */
const SLACK_SECONDS = 30;

interface Assertion {
  readonly header: Json;
  readonly claims: Json;
  readonly signed: string;
  readonly signature: string;
}

interface AssertionCheck {
  readonly form: URLSearchParams;
  /** E-mails whose keys are gone. */
  readonly revoked: ReadonlySet<string>;
  readonly now: EpochMs;
}

/** The service account that says it has signed this. */
export function signerOf(scenario: Scenario, assertion: string | null): ServiceAccount | undefined {
  const issuer = readAssertion(assertion)?.claims["iss"];
  return scenario.accounts.filter(isServiceAccount).find(({ serviceEmail }) => serviceEmail === issuer);
}

/** Why a signature is not exchanged, as the name of a case; nothing where it is, or where none was sent. */
export function refusedAssertion(scenario: Scenario, { form, revoked, now }: AssertionCheck): string | undefined {
  if (!form.has("assertion")) return undefined;
  const assertion = readAssertion(form.get("assertion"));
  if (form.get("grant_type") !== GRANT || assertion === undefined) return "oauth_invalid_grant_bad_request";
  const signer = signerOf(scenario, form.get("assertion"));
  if (signer === undefined) return "oauth_invalid_grant_sa_not_found";
  if (revoked.has(signer.serviceEmail) || !isSigned(assertion, signer)) return "oauth_invalid_grant_jwt_signature";
  if (!isTimely(assertion.claims, now)) return "oauth_invalid_grant_clock";
  const { aud, scope } = assertion.claims;
  return isTokenUrl(aud) && typeof scope === "string" && scope !== "" ? undefined : "oauth_invalid_grant_bad_request";
}

function readAssertion(text: string | null): Assertion | undefined {
  const [header, claims, signature, ...rest] = (text ?? "").split(".");
  if (header === undefined || claims === undefined || !signature || rest.length > 0) return undefined;
  try {
    return { header: decoded(header), claims: decoded(claims), signed: `${header}.${claims}`, signature };
  } catch {
    return undefined;
  }
}

const decoded = (part: string): Json => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

function isSigned({ header, signed, signature }: Assertion, { publicKey }: ServiceAccount): boolean {
  if (header["alg"] !== "RS256") return false;
  if (publicKey === undefined) return true;
  return verify("RSA-SHA256", Buffer.from(signed), publicKey, Buffer.from(signature, "base64url"));
}

/** Signed lately, not in the future, and for an hour at most. */
function isTimely({ iat, exp }: Json, now: EpochMs): boolean {
  const seconds = now / 1000;
  if (typeof iat !== "number" || typeof exp !== "number") return false;
  return iat <= seconds + SLACK_SECONDS && exp > seconds && exp - iat <= LONGEST_SECONDS;
}

/** Google's own address, or that of a token endpoint on this machine. */
const isTokenUrl = (audience: unknown): boolean =>
  audience === "https://oauth2.googleapis.com/token" || /^http:\/\/127\.0\.0\.1:\d+\/token$/.test(String(audience));
