import { describe, expect, test } from "bun:test";
import { PoolError } from "../../src/core/errors";
import { aLogin, anEntry, NOW } from "../support/builders";
import { ANSWER, account, bearer, expired, REVOKED, tokenWorld } from "./token-world";

type Answer = NonNullable<NonNullable<Parameters<typeof tokenWorld>[0]>["answer"]>;
const setting = (answer: Answer = () => ANSWER) => tokenWorld({ answer });

const hangs: Answer = (_credential, signal) =>
  new Promise((resolve) =>
    signal?.addEventListener("abort", () => resolve({ kind: "failed", outcome: { kind: "aborted" } })),
  );

describe("access", () => {
  test("a key goes as it is, a good token without a refresh", async () => {
    const { tokens, asked } = setting();
    const { account: owner, credential } = anEntry();
    expect(await tokens.access(owner, credential)).toMatchObject({ access: { kind: "api-key" } });
    expect(await tokens.access(account, aLogin())).toEqual(bearer("ya29.example-access"));
    expect(asked).toEqual([]);
  });

  test("twenty parallel calls refresh an expired token once, and it is kept", async () => {
    const { tokens, asked, store } = setting();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.access(account, expired)));
    expect(new Set(all.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(bearer("ya29.fresh"))]));
    expect(asked.length).toBe(1);
    expect(store.updates).toEqual(["replace-credential"]);
    const [entry] = store.current().entries;
    expect(entry?.credential).toMatchObject({
      accessToken: "ya29.fresh",
      generation: 2,
      refreshToken: expired.refreshToken,
    });
  });

  test("a token that ends within two minutes is renewed", async () => {
    const { tokens, asked } = setting();
    await tokens.access(account, aLogin({ expiresAt: NOW + 119_000 }));
    expect(asked.length).toBe(1);
  });

  test("a token without a lifetime is used now and renewed the next time", async () => {
    const { tokens, asked } = setting(() => ({ ...ANSWER, lifetimeMs: 0 }) as typeof ANSWER);
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh"));
    await tokens.access(account, expired);
    expect(asked.length).toBe(2);
  });

  test("what another process refreshed meanwhile is used", async () => {
    const { tokens, asked, store } = setting();
    store.set([{ account, credential: aLogin({ accessToken: "ya29.theirs", generation: 5 }) }]);
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.theirs"));
    expect(asked).toEqual([]);
  });

  test("a token that Google refused is not used again, though its time is not over", async () => {
    const { tokens } = setting();
    tokens.invalidate(account, { kind: "bearer", token: "ya29.example-access" });
    expect(await tokens.access(account, aLogin())).toEqual(bearer("ya29.fresh"));
  });
});

describe("when refreshing fails", () => {
  test("a revoked login is tried once and reported", async () => {
    const { tokens, asked } = setting(() => REVOKED);
    expect(await tokens.access(account, expired)).toMatchObject({ outcome: { state: "needs-login" } });
    expect(asked.length).toBe(1);
  });

  test("a newer login that appears while Google refuses the old one gets its own try", async () => {
    const world = setting((credential) => {
      if (credential.refreshToken !== expired.refreshToken) return ANSWER;
      world.store.set([{ account, credential: aLogin({ refreshToken: "1//newer", expiresAt: 0, generation: 4 }) }]);
      return REVOKED;
    });
    expect(await world.tokens.access(account, expired)).toEqual(bearer("ya29.fresh"));
    expect(world.asked.map(({ refreshToken }) => refreshToken)).toEqual([expired.refreshToken, "1//newer"]);
  });

  test("a disk that cannot be written costs nobody an answer and is said", async () => {
    const { tokens, store, events } = setting();
    store.update = () => Promise.reject(new PoolError("store/unwritable", "gemini-auth.json cannot be written"));
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh"));
    expect(events.types()).toContain("storage.degraded");
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh"));
  });

  test("a token endpoint that never answers is given up after ten seconds as a network failure", async () => {
    const { tokens, clock } = setting(hangs);
    const result = await clock.finish(tokens.access(account, expired), 11_000);
    expect(result).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
  });

  test("one that hung is left alone at once: whoever comes next does not wait for it again", async () => {
    const { tokens, clock, asked } = setting(hangs);
    await clock.finish(tokens.access(account, expired), 11_000);
    const before = clock.now();
    expect(await tokens.access(account, expired)).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
    expect([clock.now() - before, asked.length]).toEqual([0, 1]);
    await clock.advance(10_000);
    void tokens.access(account, expired);
    await clock.advance(1);
    expect(asked.length).toBe(2);
  });

  test("a caller who leaves does not end the refresh that others wait for", async () => {
    const { tokens, asked } = setting();
    const controller = new AbortController();
    const left = tokens.access(account, expired, controller.signal).catch((error: Error) => error.name);
    const stayed = tokens.access(account, expired);
    controller.abort();
    expect(await left).toBe("AbortError");
    expect(await stayed).toEqual(bearer("ya29.fresh"));
    expect(asked.length).toBe(1);
  });
});

describe("another process that is refreshing the same login", () => {
  const NO_ANSWER = { kind: "failed", outcome: { kind: "transient", cause: "network" } };
  /** As a lock that somebody holds for all the time one waits for it. */
  const locked = (world: ReturnType<typeof setting>) => {
    world.store.exclusively = async () => {
      await world.clock.sleep(10_000);
      throw new PoolError("store/locked", "gemini-auth.json is locked");
    };
    return world;
  };

  test("in vain: the token endpoint does not answer, and neither is it asked again nor storage blamed", async () => {
    const { tokens, clock, asked, events } = locked(setting());
    const before = clock.now();
    expect(await clock.finish(tokens.access(account, expired), 11_000)).toMatchObject(NO_ANSWER);
    expect(await tokens.access(account, expired)).toMatchObject(NO_ANSWER);
    expect(clock.now() - before).toBe(10_000);
    expect(asked.length).toBe(0);
    expect(events.types()).not.toContain("storage.degraded");
  });

  test("and has it at the last moment: its token is used", async () => {
    const { tokens, clock, store } = locked(setting());
    const waiting = tokens.access(account, expired);
    store.set([{ account, credential: aLogin({ accessToken: "ya29.theirs", generation: 5 }) }]);
    expect(await clock.finish(waiting, 11_000)).toEqual(bearer("ya29.theirs"));
  });

  test("for long: what is left of the ten seconds is all that the own refresh gets", async () => {
    for (const waitMs of [8_000, 10_000]) {
      const { tokens, clock, store, asked } = setting(hangs);
      store.exclusively = async (_id, work) => {
        await clock.sleep(waitMs);
        return work();
      };
      const before = clock.now();
      expect(await clock.finish(tokens.access(account, expired), 21_000)).toMatchObject(NO_ANSWER);
      expect([clock.now() - before, asked.length]).toEqual([10_000, waitMs < 10_000 ? 1 : 0]);
    }
  });
});

describe("a refresh token that Google replaces", () => {
  const rotating = (_credential: unknown, _signal: unknown, count: number) => ({
    ...(ANSWER as Extract<typeof ANSWER, { kind: "refreshed" }>),
    accessToken: `ya29.fresh-${count}`,
    refreshToken: `1//rotated-${count}`,
  });

  test("is kept with the account and used the next time", async () => {
    const { tokens, store, asked } = setting(rotating);
    await tokens.access(account, expired);
    const [entry] = store.current().entries;
    expect(entry?.credential).toMatchObject({ refreshToken: "1//rotated-1", generation: 2 });
    tokens.invalidate(account, { kind: "bearer", token: "ya29.fresh-1" });
    await tokens.access(account, entry?.credential ?? expired);
    expect(asked.map(({ refreshToken }) => refreshToken)).toEqual([expired.refreshToken, "1//rotated-1"]);
  });

  test("is used also where it cannot be kept: an account of the environment, a disk that is full", async () => {
    const environment = { ...account, origin: "environment" as const };
    const full = setting(rotating);
    full.store.update = () => Promise.reject(new PoolError("store/unwritable", "gemini-auth.json cannot be written"));
    for (const [owner, { tokens, asked }] of [
      [environment, setting(rotating)],
      [account, full],
    ] as const) {
      for (let call = 1; call <= 3; call++) {
        await tokens.access(owner, expired);
        tokens.invalidate(owner, { kind: "bearer", token: `ya29.fresh-${call}` });
      }
      expect(asked.map(({ refreshToken }) => refreshToken)).toEqual([
        expired.refreshToken,
        "1//rotated-1",
        "1//rotated-2",
      ]);
    }
  });

  test("gives way to a new login, also to one whose count begins anew", async () => {
    const { tokens, store, asked } = setting(rotating);
    await tokens.access(account, expired);
    const login = aLogin({ refreshToken: "1//new-login", expiresAt: 0, generation: 0 });
    store.set([{ account, credential: login }]);
    await tokens.access(account, login);
    expect(asked.map(({ refreshToken }) => refreshToken)).toEqual([expired.refreshToken, "1//new-login"]);
  });
});
