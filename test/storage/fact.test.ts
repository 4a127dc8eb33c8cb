import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Fact, mergeFacts, withLift, withValue } from "../../src/storage/fact";
import { aCooldown } from "../support/builders";

const NOTHING: Fact = { value: undefined, liftedAt: 0 };

/** Small times, so that ties are frequent. */
const aStep = fc.oneof(
  fc.record({ since: fc.integer({ min: 1, max: 9 }), until: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ liftAt: fc.integer({ min: 1, max: 9 }) }),
);
type Step = { since: number; until: number } | { liftAt: number };

const play = (steps: readonly Step[], from = NOTHING): Fact =>
  steps.reduce<Fact>(
    (fact, step) =>
      "liftAt" in step
        ? withLift("cooldown", fact, step.liftAt)
        : withValue("cooldown", fact, aCooldown({ since: step.since, until: step.until })),
    from,
  );

const aHistory = fc.array(aStep, { maxLength: 6 });

test("two processes that learnt apart agree, whoever writes last, and saying it twice changes nothing", () => {
  fc.assert(
    fc.property(aHistory, aHistory, (ours, theirs) => {
      const [a, b] = [play(ours), play(theirs)];
      const merged = mergeFacts("cooldown", a, b);
      expect(mergeFacts("cooldown", b, a)).toEqual(merged);
      expect(mergeFacts("cooldown", merged, b)).toEqual(merged);
      expect(mergeFacts("cooldown", a, a)).toEqual(a);
    }),
  );
});

test("what was lifted after it began never comes back through a merge", () => {
  fc.assert(
    fc.property(aHistory, aHistory, (ours, theirs) => {
      const [a, b] = [play(ours), play(theirs)];
      const { value, liftedAt } = mergeFacts("cooldown", a, b);
      const since = value && "since" in value ? value.since : Number.POSITIVE_INFINITY;
      expect(since).toBeGreaterThanOrEqual(liftedAt);
    }),
  );
});
