import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readServiceAccountFile } from "../../src/google/service-account-key";
import { memoryFiles } from "../support/memory-files";
import { keyFields, keyFile, rsaPair, SERVICE_EMAIL, userFile } from "../support/service-account";

const PATH = "/home/me/sa.json";

function reading(text: string | undefined) {
  const files = memoryFiles();
  if (text !== undefined) files.put(PATH, text);
  return readServiceAccountFile(files, PATH);
}

const without = (name: string) => JSON.stringify({ ...keyFields(), [name]: undefined });

const ofCurves = () =>
  generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey;

describe("a service-account file", () => {
  test("is read, also with a byte order mark", () => {
    const key = {
      email: SERVICE_EMAIL,
      privateKey: rsaPair().privateKey,
      keyId: "key-1",
      project: "prod-9",
      tokenUrl: "https://oauth2.googleapis.com/token",
    };
    expect(reading(keyFile())).toEqual({ kind: "key", key });
    expect(reading(`\uFEFF${keyFile()}`)).toMatchObject({ kind: "key" });
    expect(reading(keyFile({ quota_project_id: "pays" }))).toMatchObject({ key: { quotaProject: "pays" } });
  });

  const faults: readonly [string, string | undefined, string][] = [
    ["that is missing", undefined, "does not exist"],
    ["that is no JSON", "not json", "no JSON"],
    ["that is a list", "[]", "no JSON object"],
    ["of another kind", JSON.stringify({ type: "other" }), "no service-account key"],
    ["that is a person's login", userFile(), "application default credentials"],
    ["that is an OAuth client", JSON.stringify({ installed: { client_id: "x" } }), "OAuth client"],
    ["without a private key", without("private_key"), "no private key"],
    ["without an account", without("client_email"), "names no service account"],
    ["whose private key is cut", keyFile({ private_key: rsaPair().privateKey.slice(0, 400) }), "is damaged"],
    ["whose private key is no RSA key", keyFile({ private_key: ofCurves() }), "no RSA key"],
    ["that sends its signatures over plain http", keyFile({ token_uri: "http://evil.example/token" }), "not safe"],
    ["that hides a host behind a name", keyFile({ token_uri: "https://google.com@evil.example/" }), "not safe"],
  ];
  for (const [name, text, says] of faults) {
    test(`${name} is named, with what to do`, () => {
      const found = reading(text);
      if (found.kind !== "wrong") throw new Error("it was taken for a key");
      expect(found.sentence).toContain(says);
      expect(found.sentence).toContain(PATH);
      expect(found.sentence).toMatch(/(Make|Add) /);
    });
  }

  test("that may not be read is said with Node's code", () => {
    const files = memoryFiles();
    files.put(PATH, keyFile());
    files.fail("read", "EACCES");
    expect(readServiceAccountFile(files, PATH)).toMatchObject({ sentence: expect.stringContaining("EACCES") });
  });

  test("may send its signatures to this machine", () => {
    expect(reading(keyFile({ token_uri: "http://127.0.0.1:8085/token" }))).toMatchObject({ kind: "key" });
  });
});
