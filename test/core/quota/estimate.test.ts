import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { estimateInputTokens, nextRatio } from "../../../src/core/quota/estimate";

describe("how many tokens a body will count as", () => {
  test("a quarter of its characters until it is learnt, then what was learnt", () => {
    expect(estimateInputTokens(4_001)).toBe(1_001);
    expect(estimateInputTokens(4_000, 0.5)).toBe(2_000);
    expect(estimateInputTokens(0)).toBe(0);
    expect(estimateInputTokens(-5)).toBe(0);
  });

  test("follows what Google counts, slowly", () => {
    expect(nextRatio(undefined, 1_000, 500)).toBeCloseTo(0.3, 10);
    let ratio: number | undefined;
    for (let call = 0; call < 30; call++) ratio = nextRatio(ratio, 1_000, 500);
    expect(ratio).toBeCloseTo(0.5, 2);
  });

  test("a call that counted nothing teaches nothing", () => {
    for (const [chars, tokens] of [
      [0, 5],
      [5, 0],
      [Number.NaN, 5],
      [5, Number.NaN],
    ] as const) {
      expect(nextRatio(0.3, chars, tokens)).toBe(0.3);
    }
    expect(nextRatio(undefined, 0, 0)).toBe(0.25);
  });

  test("pictures and nonsense do not carry it away: 1/16 to 1/1.5 whatever comes", () => {
    const calls = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 60 });
    fc.assert(
      fc.property(calls, (seen) => {
        const ratio = seen.reduce((known, [chars, tokens]) => nextRatio(known, chars, tokens), 1 / 4);
        expect(ratio).toBeGreaterThanOrEqual(1 / 16 - 1e-9);
        expect(ratio).toBeLessThanOrEqual(1 / 1.5 + 1e-9);
      }),
      { seed: 5, numRuns: 300 },
    );
    const pictures = [...Array(60)].reduce<number>((known) => nextRatio(known, 1e6, 258), 1 / 4);
    expect(pictures).toBeCloseTo(1 / 16, 4);
  });
});
