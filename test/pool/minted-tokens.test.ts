import { describe, expect, test } from "bun:test";
import { anAccount } from "../support/builders";
import { ANSWER, bearer, FAILING, HOUR, tokenWorld, WRONG_MACHINE } from "./token-world";

const KEY = { kind: "service-account", keyFile: "/home/me/sa.json" } as const;
const ADC = { kind: "adc" } as const;
const vertex = (id: string) => anAccount({ id, backend: "vertex", credential: "service-account", location: id });
const one = vertex("eu");
const two = vertex("us");

describe("tokens of a key file", () => {
  test("twenty parallel calls mint one, which is kept in memory alone", async () => {
    const { tokens, minted, store } = tokenWorld();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.access(one, KEY)));
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.c.1"));
    expect(minted.length).toBe(1);
    expect(store.updates).toEqual([]);
  });

  test("two accounts of one file share it; the default credentials are another", async () => {
    const { tokens, minted } = tokenWorld();
    await Promise.all([tokens.access(one, KEY), tokens.access(two, KEY), tokens.access(two, ADC)]);
    expect(minted).toEqual([KEY, ADC]);
  });

  test("are renewed two minutes before their end", async () => {
    const { tokens, minted, clock } = tokenWorld();
    tokens.close();
    await tokens.access(one, KEY);
    await clock.advance(HOUR - 121_000);
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.c.1"));
    await clock.advance(1_000);
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.c.2"));
    expect(minted.length).toBe(2);
  });

  test("of a file that was replaced are not used again", async () => {
    const { tokens, secrets } = tokenWorld();
    await tokens.access(one, KEY);
    secrets.set(KEY.keyFile, "second");
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.c.2"));
  });

  test("that Google refused are minted anew", async () => {
    const { tokens } = tokenWorld();
    await tokens.access(one, KEY);
    tokens.invalidate(one, { kind: "bearer", token: "ya29.c.1" });
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.c.2"));
  });

  test("without a lifetime serve the call in hand and no other", async () => {
    const { tokens, minted } = tokenWorld({ mint: () => ({ ...ANSWER, lifetimeMs: 0 }) as typeof ANSWER });
    expect(await tokens.access(one, KEY)).toEqual(bearer("ya29.fresh"));
    await tokens.access(one, KEY);
    expect(minted.length).toBe(2);
  });

  test("a caller who leaves does not end what others wait for", async () => {
    const { tokens, minted } = tokenWorld();
    const leaving = new AbortController();
    const left = tokens.access(one, KEY, leaving.signal).catch((error: Error) => error.name);
    const stayed = tokens.access(one, KEY);
    leaving.abort();
    expect(await left).toBe("AbortError");
    expect(await stayed).toEqual(bearer("ya29.c.1"));
    expect(minted.length).toBe(1);
  });
});

describe("when minting fails", () => {
  test("a fault of the machine is not tried again for a minute, unless the file changes", async () => {
    const { tokens, minted, clock, secrets } = tokenWorld({ mint: () => WRONG_MACHINE });
    for (let call = 0; call < 3; call++) expect(await tokens.access(one, KEY)).toMatchObject({ kind: "failed" });
    expect(minted.length).toBe(1);
    secrets.set(KEY.keyFile, "mended");
    await tokens.access(one, KEY);
    expect(minted.length).toBe(2);
    await clock.advance(60_000);
    await tokens.access(one, KEY);
    expect(minted.length).toBe(3);
  });

  test("an endpoint that fails is asked twice, then rests for ten seconds", async () => {
    const { tokens, minted, clock } = tokenWorld({ mint: () => FAILING });
    for (let call = 0; call < 4; call++) await tokens.access(one, KEY);
    expect(minted.length).toBe(2);
    await clock.advance(10_000);
    await tokens.access(one, KEY);
    expect(minted.length).toBe(3);
  });

  test("an endpoint that never answers is given up after ten seconds", async () => {
    const { tokens, clock } = tokenWorld({
      mint: (_credential, signal) =>
        new Promise((resolve) =>
          signal?.addEventListener("abort", () => resolve({ kind: "failed", outcome: { kind: "aborted" } })),
        ),
    });
    const result = await clock.finish(tokens.access(one, KEY), 11_000);
    expect(result).toMatchObject({ outcome: { kind: "transient", cause: "network" } });
  });
});
