import { describe, expect, test } from "bun:test";
import { advance, answered } from "../../../src/core/health/advance";
import type { Outcome } from "../../../src/core/outcome";
import { type Scope, scopeKey } from "../../../src/core/scope";
import { emptyState, type PoolState, type StateChange } from "../../../src/core/state";
import { aCooldown, aHealth, anAccount, NOW } from "../../support/builders";

const account = anAccount({ quotaProject: "p" });
const sibling = anAccount({ id: "a2", quotaProject: "p" });
const QUOTA: Scope = { kind: "quota", quotaScope: "gemini-api/p", group: "m" };
const ACCOUNT: Scope = { kind: "account", accountId: "a1" };

function learn(outcome: Outcome, state: Partial<PoolState> = {}, more: object = {}): readonly StateChange[] {
  const accounts = () => [account, sibling, anAccount({ id: "a3", quotaProject: "q" })];
  const lesson = { account, model: "m", outcome, startedAt: NOW - 10, requestId: "r1", accounts, ...more };
  return advance({ ...emptyState(), ...state }, lesson, NOW);
}
const refused = { status: 403, sentence: "no" };
const types = (changes: readonly StateChange[]) => changes.map(({ type }) => type);
const health = (changes: readonly StateChange[]) => changes.find((change) => change.type === "health.set")?.health;

describe("what an outcome teaches", () => {
  test("an abort teaches nothing", () => {
    expect(learn({ kind: "aborted" })).toEqual([]);
  });

  test("a limit of the project cools it for all its keys", () => {
    const [change] = learn({
      kind: "limited",
      scope: "quota",
      reason: "quota",
      detailed: true,
      until: NOW + 5,
      ...refused,
    });
    expect(change).toMatchObject({ type: "cooldown.set", cooldown: { scope: QUOTA, until: NOW + 5 } });
  });

  test("a limit of the person cools the account for every model", () => {
    const [change] = learn({
      kind: "limited",
      scope: "account",
      reason: "quota",
      detailed: true,
      until: NOW + 5,
      ...refused,
    });
    expect(change).toMatchObject({ cooldown: { scope: ACCOUNT } });
  });

  test("a success lifts what began before it, not what was learnt while it ran", () => {
    const old = aCooldown({ scope: QUOTA, since: NOW - 100, until: NOW - 50 });
    const young = aCooldown({ scope: ACCOUNT, since: NOW - 5, until: NOW + 50 });
    const cooldowns = new Map([old, young].map((cooldown) => [scopeKey(cooldown.scope), cooldown]));
    const lifted = learn({ kind: "success" }, { cooldowns }).filter(({ type }) => type === "cooldown.lifted");
    expect(lifted).toEqual([{ type: "cooldown.lifted", key: scopeKey(QUOTA), at: NOW - 10 }]);
  });

  test("a busy model, a failing server and a dead network cool nobody by themselves", () => {
    for (const outcome of [
      { kind: "capacity", detailed: true, ...refused },
      { kind: "transient", cause: "server", ...refused },
      { kind: "transient", cause: "network", ...refused },
      { kind: "rejected", ...refused },
      { kind: "machine", ...refused },
    ] as const) {
      const effects = types(learn(outcome)).filter((type) => type === "cooldown.set" || type === "account.parked");
      expect(effects).toEqual([]);
    }
  });

  test("a refused network cools the backend, five minutes, and parks nobody", () => {
    const [change] = learn({ kind: "egress", ...refused });
    expect(change).toMatchObject({
      cooldown: { scope: { kind: "backend", backend: "gemini-api" }, until: NOW + 300_000 },
    });
  });
});

describe("what needs a person", () => {
  const parkedIds = (changes: readonly StateChange[]) =>
    changes.flatMap((change) => (change.type === "account.parked" ? [change.parked.accountId] : []));

  test("a project that is off parks every account of it, a key only itself", () => {
    const off = learn({
      kind: "parked",
      state: "project-disabled",
      scope: "project",
      url: "https://x.example",
      ...refused,
    });
    expect(parkedIds(off)).toEqual(["a1", "a2"]);
    expect(off[0]).toMatchObject({ parked: { url: "https://x.example", state: "project-disabled" } });
    expect(parkedIds(learn({ kind: "parked", state: "key-invalid", scope: "account", ...refused }))).toEqual(["a1"]);
  });

  test("a ban parks as banned", () => {
    expect(learn({ kind: "banned", ...refused })[0]).toMatchObject({ parked: { state: "banned" } });
  });

  test("a refused token parks a login as needs-login, a key as key-invalid", () => {
    const login = { account: anAccount({ credential: "oauth" }) };
    expect(learn({ kind: "unauthorized", ...refused }, {}, login)[0]).toMatchObject({
      parked: { state: "needs-login" },
    });
    expect(learn({ kind: "unauthorized", ...refused })[0]).toMatchObject({ parked: { state: "key-invalid" } });
  });

  test("a key refused within ten minutes of being added gets two minutes, then is parked", () => {
    const young = { account: anAccount({ addedAt: NOW - 60_000 }) };
    const outcome = { kind: "parked", state: "key-invalid", scope: "account", ...refused } as const;
    const [first] = learn(outcome, {}, young);
    expect(first).toMatchObject({ cooldown: { reason: "new-key", until: NOW + 120_000 } });
    const ended = aCooldown({ scope: ACCOUNT, reason: "new-key", since: NOW - 121_000, until: NOW - 1_000 });
    const [second] = learn(outcome, { cooldowns: new Map([[scopeKey(ACCOUNT), ended]]) }, young);
    expect(second).toMatchObject({ parked: { state: "key-invalid" } });
  });
});

describe("a 403 without a reason", () => {
  const denied = { kind: "denied", ...refused } as const;
  const after = (deniedCount: number) => ({ health: new Map([["a1", aHealth({ deniedCount })]]) });

  test("pauses 10, then 20 minutes, then is parked", () => {
    expect(learn(denied)[0]).toMatchObject({ cooldown: { reason: "denied", until: NOW + 600_000 } });
    expect(learn(denied, after(1))[0]).toMatchObject({ cooldown: { until: NOW + 1_200_000 } });
    expect(learn(denied, after(2))[0]).toMatchObject({ type: "account.parked" });
  });

  test("said again by a parallel call counts once", () => {
    const running = aCooldown({ scope: ACCOUNT, reason: "denied" });
    const changes = learn(denied, { ...after(1), cooldowns: new Map([[scopeKey(ACCOUNT), running]]) });
    expect(types(changes)).not.toContain("cooldown.set");
    expect(health(changes)?.deniedCount).toBe(1);
  });

  test("is forgotten after a success", () => {
    expect(health(learn({ kind: "success" }, after(2)))?.deniedCount).toBe(0);
  });
});

test("the first output of a good answer lifts what began before its call, and says nothing of health yet", () => {
  const old = aCooldown({ scope: QUOTA, since: NOW - 10, until: NOW + 50 });
  const young = aCooldown({ scope: ACCOUNT, since: NOW - 9, until: NOW + 50 });
  const cooldowns = new Map([old, young].map((cooldown) => [scopeKey(cooldown.scope), cooldown]));
  const answering = { account, model: "m", startedAt: NOW - 10, requestId: "r1", accounts: () => [account] };
  expect(answered({ ...emptyState(), cooldowns }, answering, NOW)).toEqual([
    { type: "cooldown.lifted", key: scopeKey(QUOTA), at: NOW - 10 },
  ]);
  expect(answered(emptyState(), answering, NOW)).toEqual([]);
});

test("health falls with failures and rises with successes", () => {
  const failed = health(learn({ kind: "transient", cause: "server", ...refused }));
  expect(failed?.successFraction).toBeCloseTo(0.8);
  const again = health(learn({ kind: "success" }, { health: new Map([["a1", aHealth({ successFraction: 0.8 })]]) }));
  expect(again?.successFraction).toBeCloseTo(0.84);
});
