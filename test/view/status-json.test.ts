import { describe, expect, test } from "bun:test";
import type { Scope } from "../../src/core/scope";
import { statusJson } from "../../src/view/status-json";
import { aCooldown } from "../support/builders";
import { anAccountSnapshot, aPool, NO_USAGE } from "./pool";

describe("status --json", () => {
  test("has exactly the form that programs rely on", () => {
    const today = {
      requests: 12,
      ok: 11,
      failed: 1,
      inputTokens: 5,
      outputTokens: 6,
      cachedTokens: 7,
      thoughtTokens: 8,
    };
    const account = anAccountSnapshot({
      state: "cooling",
      reason: "rate limit reached (gemini-2.5-pro)",
      until: 1795000060000,
      health: 0.93,
      inFlight: 1,
      lastUsedAt: 1795000000000,
      cooldowns: [
        {
          scope: { kind: "quota", quotaScope: "gemini-api/side-1", group: "gemini-2.5-pro" },
          reason: "rate-limit",
          until: 1795000060000,
          since: 1795000000000,
          source: "server",
          step: 0,
          sentence: "Quota exceeded.",
        },
      ],
      quotas: [
        {
          quotaScope: "gemini-api/side-1",
          meter: "requests",
          period: "pacific-day",
          group: "gemini-2.5-pro",
          remainingFraction: 0.4,
          resetAt: 1795003600000,
          observedAt: 1795000000000,
          source: "probe",
        },
      ],
      usage: { today, total: { ...today, requests: 100 } },
    });
    const snapshot = aPool([account], { at: 1795000000001, total: 5, usable: 2, nextAvailableAt: 1795000060000 });
    expect(JSON.parse(JSON.stringify(statusJson(snapshot)))).toEqual({
      at: 1795000000001,
      pool: { total: 5, usable: 2, nextAvailableAt: 1795000060000 },
      accounts: [
        {
          id: "k1",
          label: "side project",
          backend: "gemini-api",
          credential: "api-key",
          tier: "free",
          priority: 0,
          enabled: true,
          quotaScope: "gemini-api/side-1",
          state: "cooling",
          reason: "rate limit reached (gemini-2.5-pro)",
          until: 1795000060000,
          url: null,
          health: 0.93,
          inFlight: 1,
          lastUsedAt: 1795000000000,
          cooldowns: [{ scope: "model:gemini-2.5-pro", reason: "rate-limit", until: 1795000060000, source: "server" }],
          quotas: [
            {
              group: "gemini-2.5-pro",
              remainingFraction: 0.4,
              resetAt: 1795003600000,
              observedAt: 1795000000000,
              source: "probe",
            },
          ],
          usage: {
            today: {
              requests: 12,
              ok: 11,
              failed: 1,
              inputTokens: 5,
              outputTokens: 6,
              cachedTokens: 7,
              thoughtTokens: 8,
            },
            total: {
              requests: 100,
              ok: 11,
              failed: 1,
              inputTokens: 5,
              outputTokens: 6,
              cachedTokens: 7,
              thoughtTokens: 8,
            },
          },
        },
      ],
    });
  });

  test("what is not known is null, never missing", () => {
    const { pool, accounts } = JSON.parse(JSON.stringify(statusJson(aPool([anAccountSnapshot({ tier: undefined })]))));
    expect(pool).toEqual({ total: 1, usable: 1, nextAvailableAt: null });
    expect(accounts[0]).toMatchObject({
      tier: null,
      until: null,
      url: null,
      lastUsedAt: null,
      usage: { today: NO_USAGE },
    });
  });

  const scopes: [Scope, string][] = [
    [{ kind: "account", accountId: "k1" }, "account"],
    [{ kind: "quota", quotaScope: "code-assist/1", group: "pro" }, "model:pro"],
    [{ kind: "backend", backend: "vertex" }, "backend"],
    [{ kind: "backend-model", backend: "vertex", model: "gemini-2.5-pro" }, "backend-model:gemini-2.5-pro"],
  ];
  test.each(scopes)("the scope %p is %p", (scope, text) => {
    const [account] = statusJson(aPool([anAccountSnapshot({ cooldowns: [aCooldown({ scope })] })])).accounts;
    expect(account?.cooldowns[0]?.scope).toBe(text);
  });
});
