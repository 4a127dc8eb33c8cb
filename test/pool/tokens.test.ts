import { describe, expect, test } from "bun:test";
import type { OAuthCredential } from "../../src/core/credential";
import { PoolError } from "../../src/core/errors";
import { Tokens } from "../../src/pool/tokens";
import type { RefreshResult } from "../../src/ports/upstream";
import { aLogin, anEntry, aSeat, NOW } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryStore } from "../support/pool-world";
import { recordingEvents } from "../support/recording-events";

const account = aSeat();
const expired = aLogin({ expiresAt: NOW - 1 });
const ANSWER: RefreshResult = { kind: "refreshed", accessToken: "ya29.fresh", lifetimeMs: 3_600_000 };
const REVOKED: RefreshResult = {
  kind: "failed",
  outcome: { kind: "parked", state: "needs-login", scope: "account", status: 400, sentence: "revoked" },
};

function setting(
  answer: (credential: OAuthCredential, signal?: AbortSignal) => Promise<RefreshResult> | RefreshResult = () => ANSWER,
) {
  const clock = fakeClock();
  const store = memoryStore([{ account, credential: expired }]);
  const events = recordingEvents();
  const asked: OAuthCredential[] = [];
  const refresher = {
    refresh: async (credential: OAuthCredential, signal?: AbortSignal) => {
      asked.push(credential);
      await Promise.resolve();
      return answer(credential, signal);
    },
  };
  return { clock, store, events, asked, tokens: new Tokens({ store, refresher, clock, events }) };
}
const bearer = (token: string) => ({ kind: "access", access: { kind: "bearer", token } });

describe("access", () => {
  test("a key goes as it is, a good token without a refresh", async () => {
    const { tokens, asked } = setting();
    const { account: owner, credential } = anEntry();
    expect(await tokens.access(owner, credential)).toMatchObject({ access: { kind: "api-key" } });
    expect(await tokens.access(account, aLogin())).toEqual(bearer("ya29.example-access") as never);
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
    const { tokens, asked } = setting(() => ({ ...ANSWER, lifetimeMs: 0 }));
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh") as never);
    await tokens.access(account, expired);
    expect(asked.length).toBe(2);
  });

  test("what another process refreshed meanwhile is used", async () => {
    const { tokens, asked, store } = setting();
    store.set([{ account, credential: aLogin({ accessToken: "ya29.theirs", generation: 5 }) }]);
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.theirs") as never);
    expect(asked).toEqual([]);
  });

  test("a token that Google refused is not used again, though its time is not over", async () => {
    const { tokens } = setting();
    tokens.invalidate(account, { kind: "bearer", token: "ya29.example-access" });
    expect(await tokens.access(account, aLogin())).toEqual(bearer("ya29.fresh") as never);
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
    expect(await world.tokens.access(account, expired)).toEqual(bearer("ya29.fresh") as never);
    expect(world.asked.map(({ refreshToken }) => refreshToken)).toEqual([expired.refreshToken, "1//newer"]);
  });

  test("a disk that cannot be written costs nobody an answer and is said", async () => {
    const { tokens, store, events } = setting();
    store.update = () => Promise.reject(new PoolError("store/unwritable", "gemini-auth.json cannot be written"));
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh") as never);
    expect(events.types()).toContain("storage.degraded");
    expect(await tokens.access(account, expired)).toEqual(bearer("ya29.fresh") as never);
  });

  test("a token endpoint that never answers is given up after thirty seconds as a network failure", async () => {
    const { tokens, clock } = setting(
      (_credential, signal) =>
        new Promise((resolve) =>
          signal?.addEventListener("abort", () => resolve({ kind: "failed", outcome: { kind: "aborted" } })),
        ),
    );
    const result = await clock.finish(tokens.access(account, expired), 31_000);
    expect(result).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
  });

  test("a caller who leaves does not end the refresh that others wait for", async () => {
    const { tokens, asked } = setting();
    const controller = new AbortController();
    const left = tokens.access(account, expired, controller.signal).catch((error: Error) => error.name);
    const stayed = tokens.access(account, expired);
    controller.abort();
    expect(await left).toBe("AbortError");
    expect(await stayed).toEqual(bearer("ya29.fresh") as never);
    expect(asked.length).toBe(1);
  });
});
