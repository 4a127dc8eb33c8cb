import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  hashSignature,
  joinMinted,
  MINTED_LIMIT,
  type MintedSignatures,
  rememberMinted,
} from "../../src/core/signature";
import { seededChance } from "../support/seeded-chance";

const minting = { sessionId: "ses-1", accountId: "a1", now: 1_000 };
const hashes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => hashSignature(`signature ${from + i}`));
const minted = (by: MintedSignatures["by"], updatedAt = 1): MintedSignatures => ({ sessionId: "ses-1", by, updatedAt });

/** Random base64, as a signature is. */
function signature(random: () => number, length: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return Array.from({ length }, () => letters[Math.floor(random() * 64)]).join("");
}

describe("the hash of a signature", () => {
  test("is 16 hexadecimal digits and the same in every process and version: it is stored", () => {
    expect(hashSignature("")).toBe("10ad2080a053bf80");
    expect(hashSignature("skip_thought_signature_validator")).toBe("650f7ba95b5b5794");
    expect(hashSignature("x".repeat(5_000))).toBe("5abd30e6ae65f8a4");
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (value) => {
        expect(hashSignature(value)).toMatch(/^[0-9a-f]{16}$/);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("tells signatures apart that differ by one character, by their order or by their length", () => {
    const { random } = seededChance(5);
    const base = signature(random, 100);
    const near = Array.from({ length: 100 }, (_, at) => `${base.slice(0, at)}!${base.slice(at + 1)}`);
    const turned = Array.from({ length: 99 }, (_, at) => base.slice(at + 1) + base.slice(0, at + 1));
    const long = [3_000, 3_001, 4_000].map((length) => "=".padStart(length, base));
    const repeated = [1, 2, 3, 200, 201].map((length) => "A".repeat(length));
    const all = new Set([base, ...near, ...turned, ...long, ...repeated]);
    expect(new Set([...all].map(hashSignature)).size).toBe(all.size);
  });

  test("spreads over all of its 64 bits: each half alone collides no more often than chance", () => {
    const { random } = seededChance(7);
    const found = Array.from({ length: 40_000 }, (_, i) => hashSignature(i % 2 ? `Count${i}` : signature(random, 40)));
    expect(new Set(found).size).toBe(found.length);
    for (const half of [0, 8]) {
      const distinct = new Set(found.map((hash) => hash.slice(half, half + 8))).size;
      // One pair in five such tests is to be expected.
      expect(found.length - distinct).toBeLessThan(4);
    }
  });

  test("looks at the end alone, however long the signature is", () => {
    const end = signature(seededChance(9).random, 128);
    expect(hashSignature(`abc${end}`)).toBe(hashSignature(`xyz${end}`));
    expect(hashSignature(`abc${end}`)).not.toBe(hashSignature(`ab${end}`));
  });
});

describe("remembering what accounts made", () => {
  test("begins with nothing and puts the new ones behind an account's own, each once", () => {
    const first = rememberMinted(undefined, ["b", "a", "b"], minting);
    expect(first).toEqual(minted({ a1: ["b", "a"] }, 1_000));
    const second = rememberMinted(first, ["a", "c"], { ...minting, now: 2_000 });
    expect(second).toEqual(minted({ a1: ["b", "a", "c"] }, 2_000));
    const third = rememberMinted(second, ["a", "x"], { ...minting, accountId: "a2", now: 3_000 });
    expect(third).toEqual(minted({ a1: ["b", "a", "c"], a2: ["a", "x"] }, 3_000));
  });

  test("nothing new is the same object, or still nothing", () => {
    const known = minted({ a1: ["a", "b"], a2: ["c"] });
    expect(rememberMinted(known, [], minting)).toBe(known);
    expect(rememberMinted(known, ["b", "a", "a"], minting)).toBe(known);
    expect(rememberMinted(undefined, [], minting)).toBeUndefined();
  });

  test("of each account the newest 1,024 stay", () => {
    const full = rememberMinted(minted({ a2: ["x"] }), hashes(0, 1_000), minting);
    const more = rememberMinted(full, hashes(900, 1_200), minting);
    expect(more?.by).toEqual({ a1: hashes(1_200 - MINTED_LIMIT, 1_200), a2: ["x"] });
  });
});

describe("joining what two processes remember", () => {
  const some = fc
    .tuple(
      fc.dictionary(
        fc.constantFrom("a1", "a2"),
        fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 4 }),
      ),
      fc.nat(3),
    )
    .map(([by, updatedAt]) => minted(by, updatedAt));
  const known = (...all: MintedSignatures[]) =>
    [
      ...new Set(all.flatMap(({ by }) => Object.entries(by).flatMap(([maker, own]) => own.map((h) => maker + h)))),
    ].sort();

  test("loses nothing, whoever comes first and however often it is said", () => {
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        const joined = joinMinted(a, b);
        expect(known(joined)).toEqual(known(a, b));
        expect(joined.updatedAt).toBe(Math.max(a.updatedAt, b.updatedAt));
        expect(joinMinted(b, a)).toEqual(joined);
        expect(joinMinted(joined, b)).toEqual(joined);
        expect(joinMinted(a, joined)).toEqual(joined);
        expect(joinMinted(a, a)).toEqual(a);
        expect(known(joinMinted(joined, c))).toEqual(known(joinMinted(a, joinMinted(b, c))));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test("what was dropped for its age does not come back, and of nobody there are more than 1,024", () => {
    const old = minted({ a1: hashes(0, MINTED_LIMIT) }, 1);
    const grown = rememberMinted(old, hashes(MINTED_LIMIT, MINTED_LIMIT + 5), { ...minting, now: 2 });
    if (!grown) throw new Error("nothing was remembered");
    expect(joinMinted(old, grown)).toBe(grown);
    const elsewhere = minted({ a1: hashes(5_000, 5_010), a2: ["x"] }, 3);
    const joined = joinMinted(elsewhere, grown);
    expect(joined.by["a2"]).toEqual(["x"]);
    expect(joined.by["a1"]).toHaveLength(MINTED_LIMIT);
    expect(joined.by["a1"]?.slice(-10)).toEqual(hashes(5_000, 5_010));
  });
});
