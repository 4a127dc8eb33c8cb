import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Account } from "../../src/core/account";
import type { Credential, OAuthCredential } from "../../src/core/credential";
import { exportEnv } from "../../src/enrol/export-env";
import { exportJson } from "../../src/enrol/export-json";
import { importAccounts } from "../../src/enrol/import-accounts";
import { credentialMark } from "../../src/pool/unpark";
import type { AccountEntry } from "../../src/ports/account-store";
import { parseDotenv } from "../../src/storage/import/dotenv";
import { createForeignReader } from "../../src/storage/import/foreign";
import { importableAccounts } from "../../src/system/env-accounts";
import { compact, holds, maybe } from "../property/runs";
import { aKey, aLogin, anAccount, aSeat } from "../support/builders";
import { addKeyParts } from "./parts";

const reader = createForeignReader(importableAccounts);

const SECRETS = { secrets: true };
const BARE = { secrets: false };

/** What an empty machine has after it imported this. */
async function landed(text: string): Promise<readonly AccountEntry[]> {
  const made = addKeyParts();
  const result = await importAccounts(reader(text, {}), { ...made, removed: () => new Set(), markOf: credentialMark });
  if (result.kind === "failed") throw new Error(result.sentence);
  return made.store.current().entries;
}

const word = fc.string({ minLength: 1, maxLength: 12 }).map((text) => text.trim() || "x");
const wild = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((text) => text.trim() || "x");
const token = fc.string({ unit: fc.constantFrom(..."aB3-_./'\"$`!#%\\"), minLength: 1, maxLength: 20 });

const credentials: readonly (readonly [Account["backend"], fc.Arbitrary<Credential>])[] = [
  ["gemini-api", token.map((key): Credential => ({ kind: "api-key", key: `K${key}K` }))],
  ["vertex", token.map((key): Credential => ({ kind: "api-key", key: `K${key}K` }))],
  ["vertex", fc.constant<Credential>({ kind: "adc" })],
  ["vertex", wild.map((keyFile): Credential => ({ kind: "service-account", keyFile }))],
];
const logins = fc.record({ refreshToken: token, id: word, secret: maybe(wild), email: maybe(wild), subject: wild });

const anyEntry: fc.Arbitrary<AccountEntry> = fc
  .record({
    made: fc.oneof(
      ...credentials.map(([backend, each]) => each.map((credential) => ({ backend, credential }))),
      ...(["code-assist", "gemini-api"] as const).map((backend) =>
        logins.map(({ refreshToken, id, secret, email, subject }) => ({
          backend,
          credential: compact({
            kind: "oauth",
            refreshToken: `1//${refreshToken}`,
            client: compact({ id, secret }),
            email,
            subject,
            generation: 0,
          }) as OAuthCredential as Credential,
        })),
      ),
    ),
    label: wild,
    enabled: fc.boolean(),
    priority: fc.integer({ min: -3, max: 3 }),
    tags: fc.array(wild, { maxLength: 2 }),
    project: maybe(word),
    quotaProject: maybe(word),
    location: maybe(word),
    tier: maybe(wild),
  })
  .map(({ made, ...rest }) => ({
    account: compact(
      anAccount({
        ...(rest as Partial<Account>),
        backend: made.backend,
        credential: made.credential.kind,
        ...("subject" in made.credential ? { subject: made.credential.subject ?? "" } : {}),
      }),
    ),
    credential: made.credential,
  }));

/** Accounts that the store holds as several: no key or person twice. */
const anyPool = fc.uniqueArray(anyEntry, {
  minLength: 1,
  maxLength: 5,
  comparator: (a, b) =>
    JSON.stringify(a.credential) === JSON.stringify(b.credential) ||
    (a.credential.kind === "oauth" &&
      b.credential.kind === "oauth" &&
      (a.credential.subject === b.credential.subject || a.credential.refreshToken === b.credential.refreshToken)),
});

const withoutIds = (entries: readonly AccountEntry[]) =>
  entries.map(({ account: { id: _, ...account }, credential }) => ({ account, credential }));

test("what is exported with secrets is the same pool on an empty machine, both ways", () =>
  holds(
    fc.asyncProperty(anyPool, async (pool) => {
      const entries = pool.map(({ account, credential }, index) => ({
        account: { ...account, id: `a${index}` },
        credential,
      }));
      for (const text of [exportJson(entries, SECRETS), exportEnv(entries, SECRETS)]) {
        expect(withoutIds(await landed(text))).toEqual(withoutIds(entries));
      }
    }),
    60,
  ));

const POOL: readonly AccountEntry[] = [
  { account: anAccount({ label: "it's\n$(mine) `x`" }), credential: aKey("AIza-planted-key-0123456789") },
  {
    account: aSeat({ subject: "10987", tier: "standard-tier" }),
    credential: aLogin({
      refreshToken: "1//planted-refresh",
      accessToken: "ya29.planted-access",
      client: { id: "example-client", secret: "GOCSPX-planted" },
      email: "planted@work.example",
    }),
  },
  { account: anAccount({ id: "a3", label: "off", enabled: false }), credential: aKey("AIza-planted-off-0123456789") },
];

describe("without secrets", () => {
  test.each([
    ["json", exportJson(POOL, BARE)],
    ["env", exportEnv(POOL, BARE)],
  ])("%s holds no key, login, client secret or e-mail, and says so when read", (_, text) => {
    expect(text).not.toContain("planted");
    const reading = reader(text, {});
    expect(reading).toMatchObject({ kind: "accounts", accounts: [] });
    const whys = reading.kind === "accounts" ? reading.faults.map(({ why }) => why) : [];
    expect(whys).toEqual(Array(3).fill("it was exported without its secret; export it again with --secrets"));
  });

  test("the names of the variables stay, and what a person fills in is read", async () => {
    const text = exportEnv(POOL, BARE);
    expect(text).toContain("\nGEMINI_API_KEY_1=\n");
    expect(text).toContain("\nGEMINI_CLI_2_REFRESH_TOKEN=\n");
    const [filled] = await landed(text.replace("GEMINI_API_KEY_1=", "GEMINI_API_KEY_1=AIza-example-new"));
    expect(filled).toMatchObject({ account: { label: "it's\n$(mine) `x`" }, credential: { key: "AIza-example-new" } });
  });
});

describe("with secrets", () => {
  test("other programs find theirs, and no account that is off here", () => {
    const names = parseDotenv(exportEnv(POOL, SECRETS)).map(({ name, value }) => `${name}=${value}`);
    expect(names.filter((line) => !line.startsWith("GEMINI_POOL_"))).toEqual([
      "GEMINI_API_KEY_1=AIza-planted-key-0123456789",
      "GEMINI_CLI_2_ACCESS_TOKEN=expired",
      "GEMINI_CLI_2_REFRESH_TOKEN=1//planted-refresh",
      "GEMINI_CLI_2_EXPIRY_DATE=0",
      "GEMINI_CLI_2_CLIENT_ID=example-client",
      "GEMINI_CLI_2_CLIENT_SECRET=GOCSPX-planted",
      "GEMINI_CLI_2_EMAIL=planted@work.example",
      "GEMINI_CLI_2_PROJECT_ID=work-123",
      "GEMINI_CLI_2_TIER=standard-tier",
    ]);
  });

  test("tokens that end within the hour never go along", () => {
    for (const text of [exportJson(POOL, SECRETS), exportEnv(POOL, SECRETS)]) {
      expect(text).toContain("planted-refresh");
      expect(text).not.toContain("ya29");
    }
  });

  test("each secret stands once in the variables", () => {
    const text = exportEnv(POOL, SECRETS);
    for (const secret of ["AIza-planted-key", "1//planted-refresh", "GOCSPX-planted", "AIza-planted-off"]) {
      expect(text.split(secret)).toHaveLength(2);
    }
  });
});

test("no pool is an empty export", () => {
  expect(JSON.parse(exportJson([], BARE))).toEqual({ version: 1, accounts: [] });
  expect(parseDotenv(exportEnv([], SECRETS))).toEqual([]);
});
