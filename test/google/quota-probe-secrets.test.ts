import { expect, test } from "bun:test";
import { createQuotaProbe } from "../../src/google/quota-probe";
import { aSeat } from "../support/builders";

/** Invented; each is made of signs that a model's name may have too. */
const SECRETS = [
  "AIzaSyEXAMPLEsecret0123456789abcdefghijk",
  "AQ.Ab8EXAMPLEsecret-0123456789",
  "ya29.a0EXAMPLEsecret_0123.456789",
  "GOCSPX-EXAMPLEsecret0123",
  "eyJhbGciOiJSUzI1NiJ9.eyJFWEFNUExF.EXAMPLEsecret",
];

test("a bucket whose model looks like a secret is left out, the others are not", async () => {
  const bucket = { tokenType: "REQUESTS", remainingFraction: 0.5 };
  const buckets = [...SECRETS, "gemini-3.5-flash"].map((modelId) => ({ ...bucket, modelId }));
  const { probe } = createQuotaProbe({
    fetch: async () => Response.json({ buckets }),
    codeAssist: "https://seat.example",
  });
  const found = await probe(aSeat(), { kind: "bearer", token: "ya29.example-probe" });
  expect(found).toEqual([{ group: "gemini-3.5-flash", remainingFraction: 0.5 }]);
});
