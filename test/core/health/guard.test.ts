import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import { anAccount } from "../../support/builders";
import { bare, DENIED, named, pupil, SUCCESS } from "./pupil";

const accounts = ["a", "b", "c", "d", "e", "f"].map((id) => anAccount({ id, quotaProject: id }));
const [a, b, c, d] = accounts as [(typeof accounts)[0], ...typeof accounts];
const [second, third, fourth] = [b, c, d] as (typeof a)[] as [typeof a, typeof a, typeof a];
const aPool = () => pupil(...accounts);
type Pool = ReturnType<typeof aPool>;

/** Three accounts refused alike, a second apart. */
function refusedAlike(pool: Pool, outcome: Outcome = bare()) {
  for (const account of [a, second, third]) {
    pool.settle(account, outcome);
    pool.wait(1_000);
  }
}
const accountCooldown = (pool: Pool, accountId: string) => pool.cooldown({ kind: "account", accountId });

describe("three accounts refused alike without a reason", () => {
  test("are not at fault: the model cools on that backend, and they are free", () => {
    const pool = aPool();
    refusedAlike(pool);
    expect(pool.busy()).toMatchObject({ reason: "capacity", since: pool.now() - 1_000, until: pool.now() + 9_000 });
    for (const account of accounts) expect(pool.quota(account)).toBeUndefined();
    expect(pool.state.suspicions.get("gemini-api m")).toMatchObject({ refusals: [], updatedAt: pool.now() - 1_000 });
  });

  test("are suspected no more after a success, and that is said once", () => {
    const pool = aPool();
    pool.settle(a, bare());
    expect(pool.answer(fourth)).toMatchObject([{ type: "suspicion.set", suspicion: { refusals: [] } }]);
    expect(pool.answer(fourth)).toEqual([]);
  });

  test("pause longer each time", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(20_000);
    refusedAlike(pool);
    expect(pool.busy()).toMatchObject({ step: 2, until: pool.now() + 29_000 });
  });

  test("do not pay when the late refusals of the same moment come in", () => {
    const pool = aPool();
    const startedAt = pool.now();
    refusedAlike(pool);
    pool.wait(30_000);
    pool.settle(fourth, bare(), { startedAt });
    expect(pool.quota(fourth)).toBeUndefined();
    expect(pool.busy()?.step).toBe(1);
    expect(pool.state.health.get("d")?.successFraction).toBe(1);
  });

  test("are the backend's in one instant too", () => {
    const pool = aPool();
    for (const account of accounts) pool.settle(account, bare());
    expect([...pool.state.cooldowns.keys()]).toEqual(["model:gemini-api:m"]);
  });

  test("keep what they were told in detail meanwhile", () => {
    const pool = aPool();
    pool.settle(a, bare());
    pool.settle(a, named({ reason: "quota", until: pool.now() + 9_000_000 }));
    pool.settle(second, bare());
    pool.settle(third, bare());
    expect(pool.busy()).toBeDefined();
    expect(pool.quota(a)?.until).toBe(pool.now() + 9_000_000);
  });

  test("keep an earlier pause and its step", () => {
    const pool = aPool();
    pool.settle(third, bare());
    pool.wait(60_000);
    refusedAlike(pool);
    expect(pool.quota(third)).toMatchObject({ step: 1 });
    expect(pool.quota(third)?.until).toBeLessThan(pool.now());
  });
});

describe("three accounts denied alike", () => {
  test("are neither paused nor nearer to being parked", () => {
    const pool = aPool();
    for (let round = 0; round < 4; round++) {
      refusedAlike(pool, DENIED);
      pool.wait(200_000);
    }
    expect(pool.state.parked.size).toBe(0);
    for (const account of accounts) {
      expect(accountCooldown(pool, account.id)).toBeUndefined();
      expect(pool.state.health.get(account.id)?.deniedCount ?? 0).toBe(0);
    }
  });

  test("come back, though one of them was parked for the third time", () => {
    const pool = aPool();
    for (const ms of [600_000, 1_200_000]) {
      pool.settle(a, DENIED);
      pool.wait(ms);
    }
    pool.settle(a, DENIED);
    expect(pool.state.parked.has("a")).toBe(true);
    pool.settle(second, DENIED);
    pool.settle(third, DENIED);
    expect(pool.state.parked.size).toBe(0);
    expect(pool.state.health.get("a")?.deniedCount).toBe(2);
  });

  test("stay parked where Google gave a reason meanwhile", () => {
    const pool = aPool();
    pool.settle(a, DENIED);
    pool.wait(10);
    pool.settle(a, { kind: "parked", state: "no-licence", scope: "account", status: 403, sentence: "no seat" });
    pool.settle(second, DENIED);
    pool.settle(third, DENIED);
    expect(pool.state.parked.get("a")?.state).toBe("no-licence");
  });

  test("keep the denials of another day", () => {
    const pool = aPool();
    pool.settle(a, DENIED);
    pool.wait(3_600_000);
    refusedAlike(pool);
    expect(pool.state.health.get("a")?.deniedCount).toBe(1);
  });

  test("count together with bare limits", () => {
    const pool = aPool();
    pool.settle(a, DENIED);
    pool.settle(second, bare());
    pool.settle(third, DENIED);
    expect([...pool.state.cooldowns.keys()]).toEqual(["model:gemini-api:m"]);
  });
});

describe("it is the accounts' own", () => {
  const spared: readonly (readonly [string, (pool: Pool) => void])[] = [
    ["with a success between", (pool) => void pool.settle(fourth, SUCCESS)],
    ["with a good answer that has begun between", (pool) => void pool.answer(fourth)],
    ["with more than ten seconds between", (pool) => pool.wait(10_001)],
  ];
  for (const [what, between] of spared) {
    test(what, () => {
      const pool = aPool();
      pool.settle(a, bare());
      pool.settle(second, bare());
      between(pool);
      pool.settle(third, bare());
      expect(pool.busy()).toBeUndefined();
      expect(pool.quota(third)?.reason).toBe("unexplained");
    });
  }

  test("where two keys of one project make only two scopes", () => {
    const twin = anAccount({ id: "a-twin", quotaProject: "a" });
    const pool = aPool();
    for (const account of [a, twin, second]) pool.settle(account, bare());
    expect(pool.busy()).toBeUndefined();
  });

  test("where the models differ", () => {
    const pool = aPool();
    pool.settle(a, bare());
    pool.settle(second, bare());
    pool.settle(third, bare(), { model: "another" });
    expect(pool.busy()).toBeUndefined();
  });

  const telling: readonly Outcome[] = [
    named(),
    bare({ reason: "model-unavailable" }),
    bare({ reason: "daily-quota" }),
    bare({ reason: "spend-limit" }),
    bare({ scope: "account", reason: "quota" }),
  ];
  for (const outcome of telling) {
    test(`where Google's words say so: ${JSON.stringify(outcome).slice(0, 70)}`, () => {
      const pool = aPool();
      refusedAlike(pool, outcome);
      expect(pool.busy()).toBeUndefined();
    });
  }

  test("where it was the login service that refused", () => {
    const pool = aPool();
    for (const account of [a, second, third]) pool.settle(account, DENIED, { unsent: true });
    expect(pool.busy()).toBeUndefined();
  });
});
