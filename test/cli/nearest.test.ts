import { expect, test } from "bun:test";
import { nearest } from "../../src/cli/nearest";

test("a typing slip finds its word, another word finds none", () => {
  expect(nearest("statsu", ["status", "login"])).toBe("status");
  expect(nearest("logon", ["status", "login"])).toBe("login");
  expect(nearest("doctor", ["status", "login"])).toBeUndefined();
  expect(nearest("", ["status"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["status"])).toBeUndefined();
});
