import { expect, test } from "bun:test";
import type { PoolEvent } from "../../src/core/event";
import { recordKey } from "../../src/core/quota/record";
import { scopeKey } from "../../src/core/scope";
import { type Binding, bindingKey, type StateChange } from "../../src/core/state";
import { rollUp } from "../../src/core/usage";
import type { StateStore } from "../../src/ports/state-store";
import { aBinding, aCooldown, aHealth, aParked, aRecord, aUsage, NOW } from "../support/builders";

const KEY = scopeKey(aCooldown().scope);
const SESSION = bindingKey("ses-1", "gemini-2.5-pro");
const HOUR = 3_600_000;

const MODEL = "gemini-2.5-pro";

/** The binding of the k-th conversation after that of `first`. */
const aBindingAfter = (first: Binding, k: number): StateChange => {
  const [at, number] = [first.lastAnswerAt + k, Number(first.sessionId.slice(1)) + k];
  return { type: "binding.set", binding: { ...first, sessionId: `s${number}`, boundAt: at, lastAnswerAt: at } };
};

const readAt = (observedAt: number, remainingFraction: number) =>
  aRecord({ reading: { remainingFraction, observedAt, countAt: 0 } });

const aRefresh = (at: number): PoolEvent => ({ type: "token.refreshed", at, accountId: "a1" });

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

  it("gives the hours since a moment and the totals of all time, by account and model", (store) => {
    const hours = [NOW, NOW, NOW - HOUR, NOW - 48 * HOUR, NOW - 200 * 24 * HOUR];
    store.apply(hours.map((hourAt) => ({ type: "usage.added", usage: aUsage({ hourAt }) }) as const));
    store.apply([{ type: "usage.added", usage: aUsage({ model: "gemini-2.5-flash", accountId: "a2" }) }]);
    for (const turn of ["waiting", "written"]) {
      const since = rollUp(store.usageHours(NOW - HOUR), "hour");
      expect([turn, since.map(({ from, accountId, requests }) => [from, accountId, requests])]).toEqual([
        turn,
        [
          [NOW, "a1", 2],
          [NOW, "a2", 1],
          [NOW - HOUR, "a1", 1],
        ],
      ]);
      const total = rollUp(store.usageTotals(), "total");
      expect(total.map(({ model, requests, inputTokens }) => [model, requests, inputTokens])).toEqual([
        ["gemini-2.5-pro", 5, 50],
        ["gemini-2.5-flash", 1, 10],
      ]);
      store.flush();
    }
  });

  it("remembers the newest events, in the order of their times", (store) => {
    expect(store.recentEvents({ limit: 10 })).toEqual([]);
    for (const at of [3, 1, 2]) store.remember(aRefresh(at));
    expect(store.recentEvents({ limit: 10 })).toEqual([aRefresh(1), aRefresh(2), aRefresh(3)]);
    store.flush();
    store.remember(aRefresh(4));
    expect(store.recentEvents({ limit: 2 })).toEqual([aRefresh(3), aRefresh(4)]);
    expect(store.recentEvents({ limit: 0 })).toEqual([]);
  });

  it("keeps 1,000 events, however many there were", (store) => {
    for (let at = 1; at <= 2_500; at += 1) {
      store.remember(aRefresh(at));
      if (at % 400 === 0) store.flush();
    }
    for (const turn of ["waiting", "written"]) {
      const kept = store.recentEvents({ limit: 5_000 });
      expect([turn, kept[0]?.at, kept.at(-1)?.at, kept.length]).toEqual([turn, 1_501, 2_500, 1_000]);
      store.flush();
    }
  });

  it("holds no secret in an event, though somebody put one in", (store) => {
    const key = "AIzaSyExample-planted-0123456789abcdefgh";
    const parked = {
      type: "account.parked" as const,
      at: NOW,
      accountId: "a1",
      label: "me@work.example",
      state: "key-invalid" as const,
      sentence: `The key ${key} is not valid.`,
      url: `https://example.test/?key=${key}`,
    };
    store.remember(parked);
    const cooldown = aCooldown({ sentence: `refused for ${key}` });
    store.remember({ type: "account.cooled", at: NOW, cooldown });
    for (let turn = 0; turn < 2; turn += 1) {
      const text = JSON.stringify(store.recentEvents({ limit: 10 }));
      expect(text).not.toContain("planted");
      expect(text).not.toContain("me@work");
      expect(text).toContain("key-invalid");
      store.flush();
    }
  });

  it("tells nobody of its own calls in flight, and takes them when they end", (store) => {
    const out = { type: "in-flight.set", processId: "p1", accountId: "a1" } as const;
    store.apply([{ ...out, count: 1 }]);
    store.flush();
    expect(store.current().presences).toEqual([]);
    store.apply([{ ...out, count: 0 }]);
    store.flush();
    expect(store.current().presences).toEqual([]);
  });

  it("keeps a bounded number of conversations, the newest", (store) => {
    const minted = (n: number) => ({ sessionId: `s${n}`, by: { a1: ["hash"] }, updatedAt: NOW + n });
    for (let n = 0; n < 11_000; n += 1) {
      const binding = aBinding({ sessionId: `s${n}`, boundAt: NOW + n, lastAnswerAt: NOW + n });
      store.apply([{ type: "signatures.minted", minted: minted(n) }]);
      // A call each would be a write each where there is a disk.
      if (n % 100 === 0) store.apply(Array.from({ length: 100 }, (_, k) => aBindingAfter(binding, k)));
    }
    const { bindings, signatures } = store.current();
    expect(bindings.size).toBeWithin(10_000, 10_501);
    expect(signatures.size).toBeWithin(500, 1_001);
    expect([bindings.has(bindingKey("s0", MODEL)), signatures.has("s0")]).toEqual([false, false]);
    expect([bindings.has(bindingKey("s10999", MODEL)), signatures.has("s10999")]).toEqual([true, true]);
  });

  it("goes on answering after it was closed", (store) => {
    store.apply([{ type: "health.set", health: aHealth({ successFraction: 0.5 }) }]);
    store.close();
    store.apply([{ type: "cooldown.set", cooldown: aCooldown() }]);
    store.remember(aRefresh(1));
    expect(cooldownOf(store)).toEqual(aCooldown());
    expect(store.current().health.get("a1")?.successFraction).toBe(0.5);
  });
}
