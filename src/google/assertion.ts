import { createPrivateKey, sign } from "node:crypto";
import type { EpochMs } from "../core/account";
import type { ServiceAccountKey } from "./service-account-key";

/** What every call to Gemini through Google Cloud needs, whatever the backend. */
export const CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** Whom a signature is for, and when it is made. */
export interface AssertionOptions {
  readonly audience: string;
  readonly now: EpochMs;
}

const LIFETIME_SECONDS = 3_600;
/** A clock that is ahead of Google's by less than this does no harm: a signature from the future is refused. */
const SLACK_SECONDS = 30;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * A JWT signed with RS256 that Google exchanges for an access token; undefined where the private key is none.
 * https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth
 */
export function signAssertion(key: ServiceAccountKey, { audience, now }: AssertionOptions): string | undefined {
  const issuedAt = Math.floor(now / 1_000) - SLACK_SECONDS;
  const header = { alg: "RS256", typ: "JWT", ...(key.keyId === undefined ? {} : { kid: key.keyId }) };
  const times = { iat: issuedAt, exp: issuedAt + LIFETIME_SECONDS };
  const claims = { iss: key.email, scope: CLOUD_SCOPE, aud: audience, ...times };
  const text = `${encoded(header)}.${encoded(claims)}`;
  try {
    const privateKey = createPrivateKey(key.privateKey);
    if (privateKey.asymmetricKeyType !== "rsa") return undefined;
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url")}`;
  } catch {
    return undefined;
  }
}
