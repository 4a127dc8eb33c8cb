import type { Account } from "../../src/core/account";
import type { Cooldown } from "../../src/core/cooldown";
import type { ApiKeyCredential, OAuthCredential } from "../../src/core/credential";
import type { QuotaRecord, QuotaWindow } from "../../src/core/quota/record";
import type { Binding, Health, Parked, UsageEntry } from "../../src/core/state";
import type { AccountEntry, AccountSource, AccountsView } from "../../src/ports/account-store";
import { FAKE_START } from "./fake-clock";

/** Midday of the fake clock's first day. */
export const NOW = FAKE_START;

const build =
  <T>(base: T) =>
  (overrides: Partial<T> = {}): T => ({ ...base, ...overrides });

/** An API-key account that has been there for a day. */
export const anAccount = build<Account>({
  id: "a1",
  label: "one",
  backend: "gemini-api",
  credential: "api-key",
  origin: "file",
  enabled: true,
  priority: 0,
  tags: [],
  addedAt: NOW - 86_400_000,
});

/** A Code Assist seat. */
export const aSeat = (overrides: Partial<Account> = {}): Account =>
  anAccount({
    id: "s1",
    label: "seat",
    backend: "code-assist",
    credential: "oauth",
    project: "work-123",
    ...overrides,
  });

export const aKey = (key = "AIza-example-one"): ApiKeyCredential => ({ kind: "api-key", key });

/** A login whose access token is good for another hour. */
export const aLogin = build<OAuthCredential>({
  kind: "oauth",
  refreshToken: "1//example-refresh",
  client: { id: "example-client", secret: "example-secret" },
  accessToken: "ya29.example-access",
  expiresAt: NOW + 3_600_000,
  email: "me@work.example",
  subject: "1098",
  generation: 1,
});

/** Account and credential; the key is made from the id, so that two entries never share one. */
export const anEntry = (overrides: Partial<Account> = {}): AccountEntry => {
  const account = anAccount(overrides);
  const credential =
    account.credential === "oauth"
      ? aLogin({ refreshToken: `1//example-${account.id}` })
      : aKey(`AIza-example-${account.id}`);
  return { account, credential };
};

/** A source that always has these accounts. */
export const sourceOf = (...entries: AccountEntry[]): AccountSource => {
  const view: AccountsView = { entries };
  return { current: () => view };
};

export const aCooldown = build<Cooldown>({
  scope: { kind: "quota", quotaScope: "gemini-api/account-a1", group: "gemini-2.5-pro" },
  reason: "rate-limit",
  since: NOW,
  until: NOW + 60_000,
  source: "server",
  step: 0,
  sentence: "Quota exceeded.",
});

export const aParked = build<Parked>({
  accountId: "a1",
  state: "key-invalid",
  sentence: "API key not valid.",
  since: NOW,
});

export const aBinding = build<Binding>({
  sessionId: "ses-1",
  model: "gemini-2.5-pro",
  accountId: "a1",
  boundAt: NOW,
  lastAnswerAt: NOW,
  isMixed: false,
});

export const aHealth = build<Health>({
  accountId: "a1",
  successFraction: 1,
  deniedCount: 0,
  lastUsedAt: NOW,
  updatedAt: NOW,
});

/** What a probe of an hour's length before its reset said. */
export const aRecord = build<QuotaRecord>({
  quotaScope: "gemini-api/account-a1",
  group: "gemini-2.5-pro",
  meter: "requests",
  period: "pacific-day",
  reading: { remainingFraction: 0.4, resetAt: NOW + 3_600_000, observedAt: NOW, countAt: 0 },
  updatedAt: NOW,
});

export const aQuota = build<QuotaWindow>({
  quotaScope: "gemini-api/account-a1",
  group: "gemini-2.5-pro",
  meter: "requests",
  period: "pacific-day",
  remainingFraction: 0.4,
  resetAt: NOW + 3_600_000,
  observedAt: NOW,
  source: "probe",
});

/** One successful call of ten tokens in and five out. */
export const aUsage = build<UsageEntry>({
  accountId: "a1",
  model: "gemini-2.5-pro",
  hourAt: NOW,
  requests: 1,
  ok: 1,
  failed: 0,
  inputTokens: 10,
  outputTokens: 5,
  cachedTokens: 0,
  thoughtTokens: 0,
});
