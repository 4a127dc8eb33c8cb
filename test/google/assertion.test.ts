import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, verify } from "node:crypto";
import { CLOUD_SCOPE, signAssertion } from "../../src/google/assertion";
import { NOW } from "../support/builders";
import { rsaPair, SERVICE_EMAIL } from "../support/service-account";

const AUDIENCE = "https://oauth2.googleapis.com/token";
const key = { email: SERVICE_EMAIL, privateKey: rsaPair().privateKey, keyId: "key-1" };
const decoded = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());

describe("signAssertion", () => {
  test("says who asks for what, for an hour, from a little before now", () => {
    const [header, claims] = (signAssertion(key, { audience: AUDIENCE, now: NOW }) ?? "").split(".");
    expect(decoded(header)).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    const { iat, exp, ...rest } = decoded(claims);
    expect(rest).toEqual({ iss: SERVICE_EMAIL, scope: CLOUD_SCOPE, aud: AUDIENCE });
    expect(exp - iat).toBe(3_600);
    expect(NOW / 1_000 - iat).toBeGreaterThan(5);
    expect(NOW / 1_000 - iat).toBeLessThanOrEqual(60);
  });

  test("is signed with the key that it names", () => {
    const [header, claims, signature = ""] = (signAssertion(key, { audience: AUDIENCE, now: NOW }) ?? "").split(".");
    const text = Buffer.from(`${header}.${claims}`);
    expect(verify("RSA-SHA256", text, rsaPair().publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  test("is not made with what is no RSA key", () => {
    const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const pem = elliptic.export({ type: "pkcs8", format: "pem" }).toString();
    for (const privateKey of ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", pem])
      expect(signAssertion({ email: "a", privateKey }, { audience: AUDIENCE, now: NOW })).toBeUndefined();
  });
});
