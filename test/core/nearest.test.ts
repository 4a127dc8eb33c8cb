import { expect, test } from "bun:test";
import { nearest, slipOf } from "../../src/core/nearest";

test("a typing slip finds its word, another word finds none", () => {
  expect(nearest("statsu", ["status", "login"])).toBe("status");
  expect(nearest("logon", ["status", "login"])).toBe("login");
  expect(nearest("doctor", ["status", "login"])).toBeUndefined();
  expect(nearest("", ["status"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["status"])).toBeUndefined();
});

const FIELDS = ["id", "label", "backend", "enabled", "tags", "tier", "project", "quotaProject", "location", "addedAt"];

test.each([
  ["enable", "enabled"],
  ["isEnabled", "enabled"],
  ["Enabled", "enabled"],
  ["lable", "label"],
  ["teir", "tier"],
  ["tag", "tags"],
  ["quotaproject", "quotaProject"],
  ["quota_project", "quotaProject"],
  ["quotaProjct", "quotaProject"],
  ["projectId", "project"],
  ["ID", "id"],
  ["added-at", "addedAt"],
])("the field %s is a slip of %s", (name, meant) => {
  expect(slipOf(name, FIELDS)).toBe(meant);
});

test.each([
  "note",
  "name",
  "user",
  "time",
  "title",
  "email",
  "key",
  "ip",
  "idx",
  "os",
  "date",
  "type",
  "region",
  "updatedAt",
  "createdAt",
  "$schema",
  "_comment",
  "_enabled",
  "//enabled",
  "lastUsed",
  "weight",
  "model",
  "projectName",
  "secretsLeftOut",
  "",
  "x".repeat(100_000),
])("%# the field %p is nobody's slip", (name) => {
  expect(slipOf(name, FIELDS)).toBeUndefined();
});
