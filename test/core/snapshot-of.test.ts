import { describe, expect, test } from "bun:test";
import type { Account } from "../../src/core/account";
import type { Cooldown } from "../../src/core/cooldown";
import { scopeKey } from "../../src/core/scope";
import { type SnapshotInput, snapshotOf } from "../../src/core/snapshot-of";
import { emptyState, type PoolState } from "../../src/core/state";
import { quotaTable } from "../../src/view/quota";
import { aCooldown, aHealth, anAccount, aParked, aRecord, aSeat, NOW } from "../support/builders";

const HOUR = 3_600_000;
const PRO = "gemini-2.5-pro";
const FLASH = "gemini-2.5-flash";

const stateWith = (cooldowns: Cooldown[], more: Partial<PoolState> = {}): PoolState => ({
  ...emptyState(),
  cooldowns: new Map(cooldowns.map((cooldown) => [scopeKey(cooldown.scope), cooldown])),
  ...more,
});

const look = (accounts: Account[], state: PoolState = emptyState(), more: Partial<SnapshotInput> = {}) =>
  snapshotOf({
    accounts,
    state,
    usage: new Map(),
    inFlight: () => 0,
    problem: undefined,
    now: NOW,
    ...more,
  });

const onModel = (quotaScope: string, group: string, until = NOW + HOUR) =>
  aCooldown({ scope: { kind: "quota", quotaScope, group }, reason: "daily-quota", until });

describe("the state of an account", () => {
  test("an untouched account is available, with nothing to say", () => {
    const [one] = look([anAccount()]).accounts;
    expect(one).toMatchObject({ state: "available", reason: "", until: undefined, url: undefined, health: 1 });
  });

  test("the user's own will comes before everything else", () => {
    const state = stateWith([onModel("gemini-api/account-a1", PRO)], { parked: new Map([["a1", aParked()]]) });
    const [one] = look([anAccount({ enabled: false })], state).accounts;
    expect(one).toMatchObject({ state: "disabled", reason: "switched off", until: undefined });
  });

  test("a parked account says why in words, with Google's own and the address", () => {
    const parked = aParked({
      state: "needs-verification",
      sentence: "Verify your account.",
      url: "https://example.test/v",
    });
    const state = stateWith([onModel("gemini-api/account-a1", PRO)], { parked: new Map([["a1", parked]]) });
    expect(look([anAccount()], state).accounts[0]).toMatchObject({
      state: "parked",
      reason: "Google wants you to verify this account: Verify your account.",
      url: "https://example.test/v",
      until: undefined,
    });
  });

  test("one whose login gave no token is not called available, as long as that is news", () => {
    const health = aHealth({ loginFault: "The OAuth client is unknown.", updatedAt: NOW - HOUR + 1 });
    const [one] = look([anAccount()], stateWith([], { health: new Map([["a1", health]]) })).accounts;
    expect(one).toMatchObject({
      state: "disabled",
      reason: "its login could not be used when last tried: The OAuth client is unknown.",
    });
    const old = new Map([["a1", { ...health, updatedAt: NOW - HOUR }]]);
    expect(look([anAccount()], stateWith([], { health: old })).accounts[0]?.state).toBe("available");
  });

  test("cools only if every model that was used cools there", () => {
    const state = stateWith([onModel("gemini-api/account-a1", PRO)]);
    const used = (recentModels: string[]) => look([anAccount()], state, { recentModels }).accounts[0]?.state;
    expect(used([PRO])).toBe("cooling");
    expect(used([PRO, FLASH])).toBe("available");
    expect(used([])).toBe("cooling");
  });

  test("is back when the first of its models is", () => {
    const state = stateWith([
      onModel("gemini-api/account-a1", PRO, NOW + 3 * HOUR),
      onModel("gemini-api/account-a1", FLASH, NOW + HOUR),
    ]);
    expect(look([anAccount()], state, { recentModels: [PRO, FLASH] }).accounts[0]).toMatchObject({
      state: "cooling",
      until: NOW + HOUR,
      reason: `used up for the day (${FLASH})`,
    });
  });

  test("an account-wide pause holds every model, and outlasts a shorter one of a model", () => {
    const wide = aCooldown({ scope: { kind: "account", accountId: "a1" }, reason: "lockout", until: NOW + 2 * HOUR });
    const state = stateWith([wide, onModel("gemini-api/account-a1", PRO, NOW + HOUR)]);
    expect(look([anAccount()], state, { recentModels: [PRO, FLASH] }).accounts[0]).toMatchObject({
      state: "cooling",
      until: NOW + 2 * HOUR,
      reason: "refused in several models",
    });
  });

  test("a pause of a backend holds its accounts and no others", () => {
    const region = aCooldown({ scope: { kind: "backend", backend: "gemini-api" }, reason: "region" });
    const states = look([anAccount(), aSeat()], stateWith([region])).accounts.map(({ state }) => state);
    expect(states).toEqual(["cooling", "available"]);
  });

  test("a cooldown that has ended is neither counted nor shown", () => {
    const [one] = look([anAccount()], stateWith([onModel("gemini-api/account-a1", PRO, NOW)])).accounts;
    expect(one).toMatchObject({ state: "available", cooldowns: [] });
  });

  test("two keys of one project share its pause and its quota reading", () => {
    const keys = ["a1", "a2"].map((id) => anAccount({ id, quotaProject: "side-1" }));
    const quotas = new Map([["x", aRecord({ quotaScope: "gemini-api/side-1", group: PRO })]]);
    const both = look(keys, stateWith([onModel("gemini-api/side-1", PRO)], { quotas })).accounts;
    expect(both.map(({ state }) => state)).toEqual(["cooling", "cooling"]);
    expect(both.map(({ quotas: seen }) => seen.length)).toEqual([1, 1]);
  });

  test("Code Assist counts its models in groups", () => {
    const state = stateWith([onModel("code-assist/account-s1", "pro")]);
    expect(look([aSeat()], state, { recentModels: ["gemini-3-pro-preview"] }).accounts[0]?.state).toBe("cooling");
    expect(look([aSeat()], state, { recentModels: [FLASH] }).accounts[0]?.state).toBe("available");
  });

  test("a backend that is not built in is said to be, and never counted as usable", () => {
    const pool = look([anAccount({ backend: "vertex" })], emptyState(), { serves: () => false });
    expect(pool.usable).toBe(0);
    expect(pool.accounts[0]).toMatchObject({
      state: "disabled",
      reason: "this version cannot use it (vertex, api-key)",
    });
  });
});

test("an account whose address nobody can use says so", () => {
  const [one] = look([anAccount()], emptyState(), { serves: () => true, isReachable: () => false }).accounts;
  expect(one).toMatchObject({ state: "disabled", reason: expect.stringContaining("address in gemini-pool.jsonc") });
});

describe("the pool as a whole", () => {
  test("counts who can answer and names the next return; parked and disabled accounts never drive it", () => {
    const state = stateWith(
      [
        onModel("gemini-api/account-a2", PRO, NOW + 2 * HOUR),
        onModel("gemini-api/account-a3", PRO, NOW + HOUR),
        onModel("gemini-api/account-a4", PRO, NOW + 1),
      ],
      { parked: new Map([["a5", aParked({ accountId: "a5" })]]) },
    );
    const ids = ["a1", "a2", "a3", "a4", "a5"];
    const pool = look(
      ids.map((id) => anAccount({ id, enabled: id !== "a4" })),
      state,
    );
    expect(pool).toMatchObject({ at: NOW, total: 5, usable: 1, nextAvailableAt: NOW + HOUR, problem: undefined });
  });

  test("an empty pool is a pool", () => {
    expect(look([])).toEqual({
      at: NOW,
      total: 0,
      usable: 0,
      nextAvailableAt: undefined,
      accounts: [],
      problem: undefined,
    });
  });

  test("carries load, usage, last use and what is wrong with the file", () => {
    const counts = {
      requests: 3,
      ok: 2,
      failed: 1,
      inputTokens: 10,
      outputTokens: 5,
      cachedTokens: 0,
      thoughtTokens: 1,
    };
    const state = stateWith([], { health: new Map([["a1", aHealth({ lastUsedAt: NOW - 5 })]]) });
    const pool = look([anAccount()], state, {
      usage: new Map([["a1", { today: counts, total: counts }]]),
      inFlight: () => 2,
      problem: "gemini-auth.json has a bad comma",
    });
    expect(pool.problem).toBe("gemini-auth.json has a bad comma");
    expect(pool.accounts[0]).toMatchObject({
      inFlight: 2,
      lastUsedAt: NOW - 5,
      usage: { today: counts, total: counts },
    });
  });

  test("health sinks with a running pause and with what is used up", () => {
    const quotas = new Map([["k", aRecord({ reading: { remainingFraction: 0.5, observedAt: NOW, countAt: 0 } })]]);
    const [one] = look([anAccount()], stateWith([onModel("gemini-api/account-a1", PRO)], { quotas })).accounts;
    expect(one?.health).toBeCloseTo(0.4 + 0.15 + 0.15 + 0, 10);
  });
});

test("a pause and a parked state that a newer version has written are shown by their names, and break nothing", () => {
  const cooldown = aCooldown({ scope: { kind: "account", accountId: "a1" }, reason: "fair-cycle" as never });
  const state = {
    ...emptyState(),
    cooldowns: new Map([[scopeKey(cooldown.scope), cooldown]]),
    parked: new Map([["b", { accountId: "b", state: "resting" as never, sentence: "", since: NOW }]]),
  };
  const pool = look([anAccount({ id: "a1" }), anAccount({ id: "b" })], state);
  const text = quotaTable(pool, () => "12:00").join("\n");
  expect(text).toContain("fair-cycle");
  expect(text).toContain("resting");
  expect(text).not.toContain("undefined");
});
