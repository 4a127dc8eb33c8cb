import { expect, test } from "bun:test";
import fc from "fast-check";
import { isCooling, longerCooldown } from "../../src/core/cooldown";
import { aCooldown, NOW } from "../support/builders";

const cooldown = fc
  .record({
    until: fc.integer({ min: NOW, max: NOW + 1 }),
    since: fc.integer({ min: NOW, max: NOW + 1 }),
    step: fc.integer({ min: 0, max: 1 }),
    reason: fc.constantFrom("rate-limit" as const, "quota" as const),
    sentence: fc.constantFrom("a", "b"),
    more: fc.constantFrom({}, { quotaId: "q" }, { wasUnused: true as const }, { sharedWith: "b" }, { probedAt: NOW }),
  })
  .map(({ more, ...fields }) => aCooldown({ ...fields, ...more }));

test("a later, shorter hint never shortens a cooldown", () => {
  const long = aCooldown({ until: NOW + 60_000, since: NOW });
  const short = aCooldown({ until: NOW + 1_000, since: NOW + 500 });
  expect(longerCooldown(long, short)).toBe(long);
  expect(longerCooldown(short, long)).toBe(long);
});

test("a probe is remembered, whichever of two cooldowns holds", () => {
  const long = aCooldown({ until: NOW + 60_000 });
  const tried = aCooldown({ until: NOW + 1_000, probedAt: NOW + 500 });
  expect(longerCooldown(long, tried)).toEqual({ ...long, probedAt: NOW + 500 });
  expect(longerCooldown(tried, long)).toEqual({ ...long, probedAt: NOW + 500 });
});

test("any order of merging gives the same cooldown", () => {
  fc.assert(
    fc.property(cooldown, cooldown, cooldown, (a, b, c) => {
      expect(longerCooldown(a, b)).toEqual(longerCooldown(b, a));
      expect(longerCooldown(a, longerCooldown(b, c))).toEqual(longerCooldown(longerCooldown(a, b), c));
      expect(longerCooldown(a, a)).toEqual(a);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test("a cooldown that ends now holds nobody back", () => {
  expect(isCooling(aCooldown({ until: NOW }), NOW)).toBe(false);
  expect(isCooling(aCooldown({ until: NOW + 1 }), NOW)).toBe(true);
  expect(isCooling(undefined, NOW)).toBe(false);
});
