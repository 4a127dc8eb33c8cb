import { expect, test } from "bun:test";
import { type EnvironmentWish, environmentAccounts, environmentView } from "../../src/system/env-accounts";

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

test("several keys in one variable are as many accounts, each with an id and a name of its own", () => {
  const [one, two, three] = ["AIza-example-01234567", "AIza-example-12345678", "AIza-example-23456789"] as const;
  const entries = environmentAccounts({ GEMINI_API_KEY: ` ${one},${two}\n${three} ,, ${one}`, GOOGLE_API_KEY: two });
  expect(entries.map(({ account, credential }) => [account.label, credential])).toEqual([
    ["GEMINI_API_KEY", { kind: "api-key", key: one }],
    ["GEMINI_API_KEY 2", { kind: "api-key", key: two }],
    ["GEMINI_API_KEY 3", { kind: "api-key", key: three }],
  ]);
  const alone = environmentAccounts({ GEMINI_API_KEY: two });
  expect(entries[1]?.account.id).toBe(alone[0]?.account.id ?? "");
  expect(new Set(entries.map(({ account }) => account.id)).size).toBe(3);
  const express = environmentAccounts({ GOOGLE_VERTEX_API_KEY: `${one},${two}` }, true);
  expect(express.map(({ account }) => account.backend)).toEqual(["vertex", "vertex"]);
});

test("a value that is no list of keys stays as it is, to be refused as one", () => {
  expect(labels({ GEMINI_API_KEY: "see the vault of the company" })).toEqual(["GEMINI_API_KEY"]);
  expect(labels({ GEMINI_API_KEY: " , " })).toEqual([]);
});

const LOGINS = {
  GEMINI_CLI_2_REFRESH_TOKEN: "1//example-two",
  GEMINI_CLI_1_REFRESH_TOKEN: "1//example-one",
  GEMINI_CLI_1_CLIENT_ID: "own-client",
  GEMINI_CLI_1_CLIENT_SECRET: "own-secret",
  GEMINI_CLI_1_EMAIL: "me@work.example",
  GEMINI_CLI_1_PROJECT_ID: "p-1",
  GEMINI_CLI_1_TIER: "standard-tier",
  GEMINI_CLI_1_ACCESS_TOKEN: "ya29.example",
  GEMINI_CLI_1_EXPIRY_DATE: "1795003600000",
  GEMINI_CLI_1_TOKEN_URI: "https://elsewhere.example/token",
  GEMINI_CLI_PROJECT_ID: "p-all",
};
const EVERYTHING = {
  ...LOGINS,
  GEMINI_API_KEY: "AIza-example-a",
  GOOGLE_VERTEX_API_KEY: "AIza-example-v",
  GOOGLE_APPLICATION_CREDENTIALS: "/home/me/adc.json",
  GOOGLE_CLOUD_PROJECT: "p-cloud",
  GOOGLE_CLOUD_LOCATION: "europe-west4",
};

const WISHES: [EnvironmentWish, string[]][] = [
  [undefined, ["GEMINI_API_KEY"]],
  [[], ["GEMINI_API_KEY"]],
  [false, []],
  [true, ["GEMINI_API_KEY", "GEMINI_CLI_1", "GEMINI_CLI_2", "GOOGLE_VERTEX_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"]],
  [["GEMINI_CLI"], ["GEMINI_API_KEY", "GEMINI_CLI_1", "GEMINI_CLI_2"]],
  [["GEMINI_CLI_2"], ["GEMINI_API_KEY", "GEMINI_CLI_2"]],
  [["GEMINI_CLI_1_REFRESH_TOKEN"], ["GEMINI_API_KEY", "GEMINI_CLI_1"]],
  [["GOOGLE_VERTEX_API_KEY"], ["GEMINI_API_KEY", "GOOGLE_VERTEX_API_KEY"]],
  [["ADC"], ["GEMINI_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"]],
];
test.each(WISHES)("asked for %j, there are %j: all but keys may bill a project meant for other work", (wish, names) => {
  expect(environmentAccounts(EVERYTHING, wish).map(({ account }) => account.label)).toEqual(names);
});

test("a login comes with its own client and its token as far as it is good; its token endpoint does not count", () => {
  const [one, two] = environmentAccounts(LOGINS, true);
  expect(one).toMatchObject({
    account: { backend: "code-assist", project: "p-1", tier: "standard-tier", origin: "environment" },
    credential: {
      refreshToken: "1//example-one",
      client: { id: "own-client", secret: "own-secret" },
      email: "me@work.example",
      accessToken: "ya29.example",
      expiresAt: 1_795_003_600_000,
    },
  });
  expect(JSON.stringify(one)).not.toContain("elsewhere");
  expect(one?.account.id).toMatch(/^env-GEMINI_CLI_1-[0-9a-f]{8}$/);
  expect(two?.account.project).toBe("p-all");
  expect(two?.credential).toEqual({ kind: "oauth", refreshToken: "1//example-two", generation: 0 });
});

test.each([
  ["1795003600", 1_795_003_600_000],
  ["1795003600.5", 1_795_003_600_500],
  ["0", undefined],
  ["soon", undefined],
])("an end of %j is read as %j, and without one the token is not used", (text, expiresAt) => {
  const env = { ...LOGINS, GEMINI_CLI_1_EXPIRY_DATE: text };
  const credential = environmentAccounts(env, true)[0]?.credential as { accessToken?: string; expiresAt?: number };
  expect([credential.expiresAt, credential.accessToken]).toEqual([expiresAt, expiresAt && "ya29.example"]);
});

test("the machine's own credentials are used where there are some, or where they are asked for by name", () => {
  const project = { GOOGLE_CLOUD_PROJECT: "p-cloud" };
  expect(environmentAccounts(project, true)).toEqual([]);
  const [found] = environmentAccounts({}, true, { project: "p-file" });
  expect(found).toMatchObject({
    account: { label: "ADC", backend: "vertex", project: "p-file", credential: "adc" },
    credential: { kind: "adc" },
  });
  expect(environmentAccounts(project, ["ADC"])[0]?.account.project).toBe("p-cloud");
  expect(environmentAccounts({ ...project, GOOGLE_VERTEX_PROJECT: "p-v" }, ["ADC"])[0]?.account.project).toBe("p-v");
});

test("what is asked for and cannot be had is told by name, without a value", () => {
  const wish = ["GEMINI_CLI", "ADC", "OPENAI_API_KEY"];
  const { entries, problem } = environmentView(LOGINS, wish);
  expect(entries).toHaveLength(3);
  expect(problem?.split("\n")).toEqual([
    "env names OPENAI_API_KEY, of which no account can be made.",
    "ADC needs a project: set GOOGLE_CLOUD_PROJECT.",
    "GEMINI_CLI_2 needs the OAuth client it was made with: set GEMINI_CLI_2_CLIENT_ID.",
  ]);
  expect(environmentView({ GEMINI_API_KEY: "AIza-example-a" }, ["GEMINI_API_KEY_9"]).problem).toBeUndefined();
});
