import { expect, test } from "bun:test";
import fc from "fast-check";
import { afterLift, isCooling, joinCooldowns } from "../../src/core/cooldown";
import { aCooldown, NOW } from "../support/builders";

const cooldown = fc
  .record({
    until: fc.integer({ min: NOW, max: NOW + 2 }),
    since: fc.integer({ min: NOW, max: NOW + 2 }),
    step: fc.integer({ min: 0, max: 1 }),
    reason: fc.constantFrom("rate-limit" as const, "quota" as const),
    sentence: fc.constantFrom("a", "b"),
    more: fc.constantFrom({}, { quotaId: "q" }, { wasUnused: true as const }, { sharedWith: "b" }, { probedAt: NOW }),
  })
  .map(({ more, ...fields }) => aCooldown({ ...fields, ...more }));

test("a later, shorter hint never shortens a cooldown", () => {
  const long = aCooldown({ until: NOW + 60_000, since: NOW });
  const older = aCooldown({ until: NOW + 1_000, since: NOW - 500 });
  expect(joinCooldowns(long, older)).toBe(long);
  expect(joinCooldowns(older, long)).toEqual(long);
  const younger = aCooldown({ until: NOW + 1_000, since: NOW + 500 });
  expect(joinCooldowns(long, younger)).toMatchObject(long);
  expect(joinCooldowns(younger, long)).toMatchObject(long);
});

test("a shorter one that began later holds when the longer one was lifted", () => {
  const long = aCooldown({ until: NOW + 60_000, since: NOW });
  const younger = aCooldown({ until: NOW + 1_000, since: NOW + 500 });
  const both = joinCooldowns(long, younger);
  expect(afterLift(both, NOW - 1)).toBe(both);
  expect(afterLift(both, NOW)).toEqual(younger);
  expect(afterLift(both, NOW + 499)).toEqual(younger);
  expect(afterLift(both, NOW + 500)).toBeUndefined();
});

test("said again it is the same object, so nothing is written", () => {
  const long = aCooldown({ until: NOW + 60_000, since: NOW });
  const younger = aCooldown({ until: NOW + 1_000, since: NOW + 500 });
  const both = joinCooldowns(long, younger);
  for (const known of [long, younger, both]) expect(joinCooldowns(both, known)).toBe(both);
});

test("a probe is remembered, whoever hears of it first", () => {
  const long = aCooldown({ until: NOW + 60_000 });
  const tried = { ...long, probedAt: NOW + 500 };
  expect(joinCooldowns(long, tried)).toEqual(tried);
  expect(joinCooldowns(tried, long)).toEqual(tried);
});

test("any order of merging gives the same cooldown", () => {
  fc.assert(
    fc.property(cooldown, cooldown, cooldown, (a, b, c) => {
      expect(joinCooldowns(a, b)).toEqual(joinCooldowns(b, a));
      expect(joinCooldowns(a, joinCooldowns(b, c))).toEqual(joinCooldowns(joinCooldowns(a, b), c));
      expect(joinCooldowns(a, a)).toEqual(a);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test("a cooldown that ends now holds nobody back", () => {
  expect(isCooling(aCooldown({ until: NOW }), NOW)).toBe(false);
  expect(isCooling(aCooldown({ until: NOW + 1 }), NOW)).toBe(true);
  expect(isCooling(undefined, NOW)).toBe(false);
});
