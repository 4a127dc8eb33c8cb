import { expect, test } from "bun:test";
import { environmentAccounts } from "../../src/system/env-accounts";

const labels = (env: Record<string, string | undefined>) =>
  environmentAccounts(env).map(({ account }) => account.label);

test("every known name is an account, numbered ones in the order of their numbers", () => {
  const env = {
    GEMINI_API_KEY_10: "AIza-example-10",
    GEMINI_API_KEY_2: "AIza-example-2",
    GEMINI_API_KEY: "AIza-example-plain",
    GOOGLE_API_KEY: "AIza-example-google",
    GOOGLE_GENERATIVE_AI_API_KEY: "AIza-example-sdk",
    GEMINI_API_KEY_X: "AIza-example-other",
    PATH: "/bin",
  };
  expect(labels(env)).toEqual([
    "GOOGLE_GENERATIVE_AI_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY_2",
    "GEMINI_API_KEY_10",
  ]);
});

test("one key under two names is one account, under the first name", () => {
  expect(labels({ GOOGLE_API_KEY: "AIza-example-a", GEMINI_API_KEY: "AIza-example-a" })).toEqual(["GEMINI_API_KEY"]);
});

test("blank values are no accounts, and blanks around a key do not count", () => {
  const entries = environmentAccounts({ GEMINI_API_KEY: "  ", GOOGLE_API_KEY: " AIza-example-a\n" });
  expect(entries.map(({ credential }) => credential)).toEqual([{ kind: "api-key", key: "AIza-example-a" }]);
});

test("the id is stable, changes with the key and does not contain it", () => {
  const [first] = environmentAccounts({ GEMINI_API_KEY: "AIza-example-a" });
  const [again] = environmentAccounts({ GEMINI_API_KEY: "AIza-example-a" });
  const [other] = environmentAccounts({ GEMINI_API_KEY: "AIza-example-b" });
  expect(first?.account.id).toMatch(/^env-GEMINI_API_KEY-[0-9a-f]{8}$/);
  expect(again?.account.id).toBe(first?.account.id ?? "");
  expect(other?.account.id).not.toBe(first?.account.id ?? "");
  expect(first?.account.origin).toBe("environment");
});
