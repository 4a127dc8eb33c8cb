import { expect, test } from "bun:test";
import { modelGroup, quotaScopeOf, scopeKey, scopesOf } from "../../src/core/scope";
import { anAccount, aSeat } from "../support/builders";

test("two keys of one project share a quota scope, two keys without a project do not", () => {
  const [a, b] = [anAccount({ id: "a", quotaProject: "p" }), anAccount({ id: "b", quotaProject: "p" })];
  expect(quotaScopeOf(a)).toBe(quotaScopeOf(b));
  expect(quotaScopeOf(anAccount({ id: "a" }))).not.toBe(quotaScopeOf(anAccount({ id: "b" })));
});

test("two seats of one person share a quota scope whatever their project", () => {
  const [a, b] = [aSeat({ id: "a", subject: "7", project: "p" }), aSeat({ id: "b", subject: "7", project: "q" })];
  expect(quotaScopeOf(a)).toBe(quotaScopeOf(b));
});

test("Code Assist counts its pro models together, the Gemini API each model alone", () => {
  expect(modelGroup({ backend: "code-assist" }, "gemini-2.5-pro")).toBe(
    modelGroup({ backend: "code-assist" }, "gemini-3-pro-preview"),
  );
  expect(modelGroup({ backend: "code-assist" }, "gemini-2.5-pro")).not.toBe(
    modelGroup({ backend: "code-assist" }, "gemini-2.5-flash"),
  );
  expect(modelGroup({ backend: "gemini-api" }, "gemini-2.5-pro")).not.toBe(
    modelGroup({ backend: "gemini-api" }, "gemini-3-pro-preview"),
  );
});

test("every scope of an account has a key of its own", () => {
  const keys = scopesOf(anAccount(), "gemini-2.5-pro").map(scopeKey);
  expect(new Set(keys).size).toBe(keys.length);
});
