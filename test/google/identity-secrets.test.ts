import { describe, expect, test } from "bun:test";
import { createLocalIdentities } from "../../src/google/local-identities";
import { createOAuthLogin } from "../../src/google/oauth-login";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";

/** Invented. */
const SECRETS = [
  "AIzaSyEXAMPLEsecret0123456789abcdefghijk",
  "AQ.Ab8EXAMPLEsecret-0123456789",
  "ya29.a0EXAMPLEsecret_0123.456789",
  "GOCSPX-EXAMPLEsecret0123",
  "EXAMPLEsecret.person@mail.example",
  "Bearer EXAMPLEsecret0123",
  "-----BEGIN PRIVATE KEY-----\nEXAMPLEsecret\n-----END PRIVATE KEY-----",
];
const ADDRESS = "https://accounts.example";

const personOf = (body: object) => {
  const urls = { authorizeUrl: ADDRESS, tokenUrl: ADDRESS, userinfoUrl: ADDRESS };
  return createOAuthLogin({ ...urls, fetch: async () => Response.json(body) }).whoIs("ya29.example");
};

describe("who a person is", () => {
  test("is not told by a number that looks like a secret: it names their quota", async () => {
    const email = "me@work.example";
    for (const id of SECRETS) {
      expect(await personOf({ id, email })).toEqual({ email });
      expect(await personOf({ sub: id, email })).toEqual({ email });
    }
    expect(await personOf({ id: "1098", email })).toEqual({ subject: "1098", email });
  });

  test("is not told by an e-mail with more in it: what stands behind its at sign is shown", async () => {
    for (const secret of SECRETS) {
      expect(await personOf({ id: "1098", email: `me@work.example ${secret}` })).toEqual({ subject: "1098" });
      expect(await personOf({ id: "1098", email: `me@${secret}` })).toEqual({ subject: "1098" });
    }
    for (const email of ["o'neil@work.example", "münz+tag@bücher.example", "a!b@work.example"])
      expect(await personOf({ email })).toEqual({ email });
  });
});

test("the project of a machine of Google's is none where it looks like a secret: it becomes the account's name", async () => {
  for (const project of [...SECRETS, "prod-9"]) {
    const { describeAdc } = createLocalIdentities({
      files: memoryFiles(),
      home: "/home/me",
      env: () => ({}),
      clock: fakeClock(),
      fetch: async (url) =>
        new Response(url.endsWith("project-id") ? project : "", { headers: { "metadata-flavor": "Google" } }),
    });
    expect((await describeAdc()).project).toBe(project === "prod-9" ? "prod-9" : undefined);
  }
});
