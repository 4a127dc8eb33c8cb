import { expect, test } from "bun:test";
import { recordKey } from "../../src/core/quota/record";
import { scopeKey } from "../../src/core/scope";
import { bindingKey } from "../../src/core/state";
import type { StateStore } from "../../src/ports/state-store";
import { aBinding, aCooldown, aHealth, aParked, aRecord, aUsage, NOW } from "../support/builders";

const KEY = scopeKey(aCooldown().scope);
const SESSION = bindingKey("ses-1", "gemini-2.5-pro");
const HOUR = 3_600_000;

const readAt = (observedAt: number, remainingFraction: number) =>
  aRecord({ reading: { remainingFraction, observedAt, countAt: 0 } });

const tokens = (inputTokens: number, requests: number) => ({
  requests,
  ok: requests,
  failed: 0,
  inputTokens,
  outputTokens: requests * 5,
  cachedTokens: 0,
  thoughtTokens: 0,
});

/** What every state store promises, with a disk or without. */
export function stateStoreContract(name: string, open: () => StateStore): void {
  const it = (what: string, story: (store: StateStore) => void) =>
    test(`${name}: ${what}`, () => {
      const store = open();
      story(store);
      store.close();
    });
  const cooldownOf = (store: StateStore) => store.current().cooldowns.get(KEY);

  it("begins with nothing", (store) => {
    const { cooldowns, parked, bindings, health, quotas } = store.current();
    expect([cooldowns.size, parked.size, bindings.size, health.size, quotas.size]).toEqual([0, 0, 0, 0, 0]);
    expect(store.usage(NOW).size).toBe(0);
  });

  it("knows at once what it was told", (store) => {
    store.apply([
      { type: "cooldown.set", cooldown: aCooldown() },
      { type: "account.parked", parked: aParked({ url: "https://example.test/fix" }) },
      { type: "binding.set", binding: aBinding() },
      { type: "health.set", health: aHealth({ successFraction: 0.5 }) },
      { type: "quota.learnt", record: aRecord() },
    ]);
    const state = store.current();
    expect(state.cooldowns.get(KEY)).toEqual(aCooldown());
    expect(state.parked.get("a1")?.url).toBe("https://example.test/fix");
    expect(state.bindings.get(SESSION)?.accountId).toBe("a1");
    expect(state.health.get("a1")?.successFraction).toBe(0.5);
    expect(state.quotas.get(recordKey(aRecord()))?.reading?.remainingFraction).toBe(0.4);
  });

  it("never lets a later, shorter hint shorten a cooldown", (store) => {
    const long = aCooldown({ until: NOW + 9 * HOUR });
    store.apply([{ type: "cooldown.set", cooldown: long }]);
    store.apply([{ type: "cooldown.set", cooldown: aCooldown({ since: NOW + 5, until: NOW + 60_000 }) }]);
    expect(cooldownOf(store)).toMatchObject(long);
  });

  it("lifts what is older than the lift and leaves what is newer", (store) => {
    store.apply([{ type: "cooldown.set", cooldown: aCooldown({ since: NOW }) }]);
    store.apply([{ type: "cooldown.lifted", key: KEY, at: NOW - 1 }]);
    expect(cooldownOf(store)).toBeDefined();
    store.apply([{ type: "cooldown.lifted", key: KEY, at: NOW }]);
    expect(cooldownOf(store)).toBeUndefined();
  });

  it("does not bring back what was lifted, but takes what came after", (store) => {
    const late = aCooldown({ since: NOW - 10, until: NOW + 9 * HOUR });
    store.apply([
      { type: "cooldown.set", cooldown: aCooldown() },
      { type: "cooldown.lifted", key: KEY, at: NOW },
      { type: "cooldown.set", cooldown: late },
    ]);
    expect(cooldownOf(store)).toBeUndefined();
    store.apply([{ type: "cooldown.set", cooldown: aCooldown({ since: NOW }) }]);
    expect(cooldownOf(store)).toEqual(aCooldown({ since: NOW }));
  });

  it("parks and unparks by the same rule", (store) => {
    store.apply([{ type: "account.parked", parked: aParked() }]);
    store.apply([{ type: "account.unparked", accountId: "a1", at: NOW + 1 }]);
    store.apply([{ type: "account.parked", parked: aParked({ since: NOW }) }]);
    expect(store.current().parked.size).toBe(0);
    store.apply([{ type: "account.parked", parked: aParked({ since: NOW + 2, state: "billing" }) }]);
    expect(store.current().parked.get("a1")?.state).toBe("billing");
  });

  it("keeps the newer of two readings and of two bindings, and never forgets that a history is mixed", (store) => {
    store.apply([
      { type: "quota.learnt", record: readAt(NOW, 0.2) },
      { type: "quota.learnt", record: readAt(NOW - 1, 0.9) },
      { type: "health.set", health: aHealth({ updatedAt: NOW, successFraction: 0.1 }) },
      { type: "health.set", health: aHealth({ updatedAt: NOW - 1, successFraction: 0.9 }) },
      { type: "binding.set", binding: aBinding({ accountId: "a2", lastAnswerAt: NOW, isMixed: true }) },
      { type: "binding.set", binding: aBinding({ accountId: "a1", lastAnswerAt: NOW - 1, isMixed: false }) },
      { type: "binding.set", binding: aBinding({ accountId: "a2", lastAnswerAt: NOW + 1, isMixed: false }) },
    ]);
    const state = store.current();
    expect(state.quotas.get(recordKey(aRecord()))?.reading?.remainingFraction).toBe(0.2);
    expect(state.health.get("a1")?.successFraction).toBe(0.1);
    expect(state.bindings.get(SESSION)).toMatchObject({ accountId: "a2", lastAnswerAt: NOW + 1, isMixed: true });
  });

  it("knows the models of the last day", (store) => {
    store.apply([
      { type: "usage.added", usage: aUsage({ hourAt: NOW, model: "new" }) },
      { type: "usage.added", usage: aUsage({ hourAt: NOW - HOUR, model: "new" }) },
      { type: "usage.added", usage: aUsage({ hourAt: NOW - 30 * HOUR, model: "old" }) },
    ]);
    expect(store.recentModels(NOW)).toEqual(["new"]);
    store.flush();
    expect(store.recentModels(NOW)).toEqual(["new"]);
  });

  it("adds up usage, and today begins at midnight Pacific", (store) => {
    // NOW is 4:00 in California.
    store.apply([
      { type: "usage.added", usage: aUsage({ hourAt: NOW }) },
      { type: "usage.added", usage: aUsage({ hourAt: NOW }) },
      { type: "usage.added", usage: aUsage({ hourAt: NOW - 4 * HOUR, model: "gemini-2.5-flash" }) },
      { type: "usage.added", usage: aUsage({ hourAt: NOW - 5 * HOUR }) },
      { type: "usage.added", usage: aUsage({ accountId: "a2", hourAt: NOW - 48 * HOUR }) },
    ]);
    const usage = store.usage(NOW);
    expect(usage.get("a1")).toEqual({ today: tokens(30, 3), total: tokens(40, 4) });
    expect(usage.get("a2")).toEqual({ today: tokens(0, 0), total: tokens(10, 1) });
  });
}
