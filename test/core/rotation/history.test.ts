import { describe, expect, test } from "bun:test";
import { historyOf } from "../../../src/core/rotation/history";
import { aBinding, NOW } from "../../support/builders";

const made = (by: Record<string, readonly string[]>) => ({ sessionId: "ses-1", by, updatedAt: NOW });
const home = aBinding({ accountId: "a1" });

describe("whose signatures a conversation holds", () => {
  test("the account's own, while it alone has answered", () => {
    expect(historyOf("a1", home, undefined)).toEqual({ kind: "own" });
    expect(historyOf("a1", home, made({ a1: ["s1"] }))).toEqual({ kind: "own" });
  });

  test("perhaps others', for an account that it does not live on, or that nobody knows it from", () => {
    expect(historyOf("a2", home, made({ a1: ["s1"] }))).toEqual({ kind: "mixed", own: [] });
    expect(historyOf("a1", undefined, undefined)).toEqual({ kind: "mixed", own: [] });
  });

  test("perhaps others', where another account has answered too, with whichever model", () => {
    expect(historyOf("a1", home, made({ a1: ["s1"], a2: ["s2"] }))).toEqual({ kind: "mixed", own: ["s1"] });
    expect(historyOf("a1", { ...home, isMixed: true }, made({ a1: ["s1"] }))).toEqual({ kind: "mixed", own: ["s1"] });
  });
});
