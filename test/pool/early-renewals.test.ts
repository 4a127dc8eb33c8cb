import { describe, expect, test } from "bun:test";
import { Tokens } from "../../src/pool/tokens";
import type { RefreshResult } from "../../src/ports/upstream";
import { aLogin, NOW } from "../support/builders";
import { account, bearer, expired, FAILING, HOUR, REVOKED, tokenWorld } from "./token-world";

const numbered = (_credential: unknown, _signal: unknown, count: number): RefreshResult => ({
  kind: "refreshed",
  accessToken: `ya29.fresh-${count}`,
  lifetimeMs: HOUR,
});
const credentialOf = ({ store }: Pick<ReturnType<typeof tokenWorld>, "store">) => {
  const [entry] = store.current().entries;
  if (entry?.credential.kind !== "oauth") throw new Error("there is no login");
  return entry.credential;
};

describe("a token in use is renewed early", () => {
  test("used at 79 % of its life: once, at 80 %, with nobody waiting", async () => {
    const world = tokenWorld({ answer: numbered });
    const { tokens, clock, asked } = world;
    await tokens.access(account, expired);
    await clock.advance(0.79 * HOUR);
    expect(await tokens.access(account, credentialOf(world))).toEqual(bearer("ya29.fresh-1"));
    await clock.advance(0.01 * HOUR - 1);
    expect(asked.length).toBe(1);
    await clock.advance(1);
    expect(asked.length).toBe(2);
    expect(await tokens.access(account, credentialOf(world))).toEqual(bearer("ya29.fresh-2"));
  });

  test("a token that nobody has used since its renewal is left to end", async () => {
    const world = tokenWorld({ answer: numbered });
    await world.tokens.access(account, expired);
    await world.clock.advance(24 * HOUR);
    expect(world.asked.length).toBe(2);
  });

  test("a day of steady use: never a token that is about to end, and no more refreshes than it takes", async () => {
    const world = tokenWorld({ answer: numbered });
    const { tokens, clock, asked } = world;
    let waits = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      const before = asked.length;
      await tokens.access(account, credentialOf(world));
      if (asked.length > before) waits += 1;
      await clock.advance(60_000);
    }
    expect(waits).toBe(1);
    expect(asked.length).toBe(31);
  });

  test("a token from the file is renewed twelve minutes before its end, or at once where that is over", async () => {
    for (const [leftMs, waitMs] of [
      [20 * 60_000, 8 * 60_000],
      [5 * 60_000, 0],
    ] as const) {
      const good = aLogin({ expiresAt: NOW + leftMs });
      const world = tokenWorld({ answer: numbered, entries: [{ account, credential: good }] });
      expect(await world.tokens.access(account, good)).toEqual(bearer("ya29.example-access"));
      await world.clock.advance(Math.max(0, waitMs - 1));
      expect(world.asked.length).toBe(waitMs === 0 ? 1 : 0);
      await world.clock.advance(1);
      expect(world.asked.length).toBe(1);
    }
  });

  test("two processes renew it once", async () => {
    const good = aLogin({ expiresAt: NOW + 20 * 60_000 });
    const { clock, store, events, refresher, asked, tokens } = tokenWorld({
      answer: numbered,
      entries: [{ account, credential: good }],
    });
    const other = new Tokens({ store, refresher, clock, events });
    let last = Promise.resolve<unknown>(undefined);
    store.exclusively = (_id, work) => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    };
    await tokens.access(account, good);
    await other.access(account, good);
    await clock.advance(10 * 60_000);
    expect(asked.length).toBe(1);
  });

  test("a short-lived token is renewed when it is needed, and never in a loop", async () => {
    const brief = { kind: "refreshed", accessToken: "ya29.brief", lifetimeMs: 300_000 } as const;
    const world = tokenWorld({ answer: () => brief });
    await world.tokens.access(account, expired);
    await world.clock.advance(HOUR);
    expect(world.asked.length).toBe(1);
  });

  test("a key file's token, too", async () => {
    const { tokens, clock, minted } = tokenWorld();
    const key = { kind: "service-account", keyFile: "/sa.json" } as const;
    await tokens.access(account, key);
    await clock.advance(0.8 * HOUR);
    expect(minted.length).toBe(2);
    expect(await tokens.access(account, key)).toEqual(bearer("ya29.c.2"));
  });
});

describe("an early renewal never costs a request anything", () => {
  for (const [name, failure] of [
    ["refused", REVOKED],
    ["failing", FAILING],
  ] as const) {
    test(`${name}: the token in hand serves to its end, and then the usual way says what is wrong`, async () => {
      const world = tokenWorld({ answer: (...call) => (call[2] === 1 ? numbered(...call) : failure) });
      const { tokens, clock, asked } = world;
      await tokens.access(account, expired);
      await clock.advance(0.9 * HOUR);
      for (let call = 0; call < 5; call++)
        expect(await tokens.access(account, credentialOf(world))).toEqual(bearer("ya29.fresh-1"));
      expect(asked.length).toBe(2);
      await clock.advance(0.1 * HOUR);
      expect(await tokens.access(account, credentialOf(world))).toMatchObject({ kind: "failed" });
      expect(asked.length).toBe(3);
    });
  }

  test("one that hangs holds up nobody", async () => {
    const hangs = (signal?: AbortSignal) =>
      new Promise<RefreshResult>((resolve) =>
        signal?.addEventListener("abort", () => resolve({ kind: "failed", outcome: { kind: "aborted" } })),
      );
    const world = tokenWorld({ answer: (...call) => (call[2] === 1 ? numbered(...call) : hangs(call[1])) });
    const { tokens, clock } = world;
    await tokens.access(account, expired);
    await clock.advance(0.8 * HOUR);
    const before = clock.now();
    expect(await tokens.access(account, credentialOf(world))).toEqual(bearer("ya29.fresh-1"));
    expect(clock.now()).toBe(before);
    await clock.advance(60_000);
    expect(await tokens.access(account, credentialOf(world))).toEqual(bearer("ya29.fresh-1"));
  });

  test("an account that was removed or switched off meanwhile is left alone", async () => {
    for (const entries of [[], [{ account: { ...account, enabled: false }, credential: expired }]]) {
      const { tokens, clock, store, asked } = tokenWorld({ answer: numbered });
      await tokens.access(account, expired);
      store.set(entries);
      await clock.advance(HOUR);
      expect(asked.length).toBe(1);
    }
  });

  test("after close nothing is renewed in the background, and no timer is left", async () => {
    const { tokens, clock, asked } = tokenWorld({ answer: numbered });
    await tokens.access(account, expired);
    expect(clock.pending()).toBe(1);
    tokens.close();
    expect(clock.pending()).toBe(0);
    await tokens.access(account, aLogin());
    expect(clock.pending()).toBe(0);
    await clock.advance(HOUR);
    expect(asked.length).toBe(1);
  });
});
