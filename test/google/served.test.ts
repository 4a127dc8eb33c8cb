import { expect, test } from "bun:test";
import type { Account } from "../../src/core/account";
import { isServed } from "../../src/google/served";
import { anAccount } from "../support/builders";

test.each([
  ["gemini-api", ["api-key", "oauth"]],
  ["code-assist", ["oauth"]],
  ["vertex", ["api-key", "oauth", "service-account", "adc"]],
] as const)("%s takes %p", (backend, taken) => {
  const credentials: readonly Account["credential"][] = ["api-key", "oauth", "service-account", "adc"];
  const served = credentials.filter((credential) => isServed(anAccount({ backend, credential, project: "p" })));
  expect(served).toEqual([...taken]);
});

test("a token for Vertex AI is of no use without a project, a key has one inside", () => {
  expect(isServed(anAccount({ backend: "vertex", credential: "service-account" }))).toBe(false);
  expect(isServed(anAccount({ backend: "vertex", credential: "api-key" }))).toBe(true);
});
