import { expect, test } from "bun:test";
import type { Account } from "../../src/core/account";
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

test("Vertex AI counts for a project at a location; where none is named that is global", () => {
  const at = (more: Partial<Account>) =>
    quotaScopeOf(anAccount({ backend: "vertex", credential: "oauth", project: "p", ...more }));
  expect(at({ id: "a", location: "eu" })).toBe(at({ id: "b", location: "eu" }));
  expect(at({})).toBe(at({ location: "global" }));
  expect(at({ location: "eu" })).not.toBe(at({}));
  expect(at({ consumer: "projects/1", quotaProject: "pays" })).toBe(at({}));
});

test("an express-mode key counts for the project behind it, once that is known, and for no location", () => {
  const of = (more: Partial<Account>) => quotaScopeOf(anAccount({ backend: "vertex", location: "eu", ...more }));
  expect(of({ id: "a" })).not.toBe(of({ id: "b" }));
  expect(of({ id: "a", consumer: "projects/1" })).toBe(of({ id: "b", consumer: "projects/1", location: "us" }));
  expect(of({ id: "a", quotaProject: "p" })).toBe(
    quotaScopeOf(anAccount({ id: "c", backend: "vertex", credential: "service-account", project: "p" })),
  );
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
