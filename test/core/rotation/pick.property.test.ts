import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Candidate } from "../../../src/core/rotation/candidate";
import type { PickContext } from "../../../src/core/rotation/criterion";
import { pick } from "../../../src/core/rotation/pick";
import { STRATEGY_NAMES, type StrategyName } from "../../../src/core/rotation/strategies/name";
import { NOW } from "../../support/builders";
import { aContext, candidatesOf, HOUR, type Player, player } from "./candidates";
import { perAccount, place } from "./placing";

const fraction = fc.constantFrom(0, 0.05, 0.2, 0.3, 1);

const traits = fc.record({
  priority: fc.integer({ min: -1, max: 1 }),
  inFlightCount: fc.nat(5),
  lastUsedAt: fc.nat(3),
  recentSessionCount: fc.nat(3),
  healthFraction: fraction,
  remainingFraction: fraction,
  isKnown: fc.boolean(),
  isSpent: fc.boolean(),
  usedCount: fc.nat(9),
  resetAt: fc.option(
    fc.integer({ min: -1, max: 9 }).map((half) => NOW + half * (HOUR / 2)),
    { nil: undefined },
  ),
});

const field = fc
  .array(traits, { maxLength: 9 })
  .map((all): readonly Player[] => all.map((each, index) => player(`c${index}`, each)));

const context = fc
  .record(
    {
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      strategy: fc.constantFrom(...STRATEGY_NAMES),
      tolerance: fc.constantFrom(0, 0.5, 3),
      softConcurrent: fc.constantFrom(1, 2, 3),
      parentAccountId: fc.constantFrom("c0", "c1", "nobody"),
      lastPosition: fc.nat(9),
      bound: fc.record({
        accountId: fc.constantFrom("c0", "c1", "c2", "nobody"),
        lastAnswerAt: fc.constantFrom(NOW, NOW - HOUR),
      }),
    },
    { requiredKeys: ["random", "strategy", "tolerance"] },
  )
  .map((given): PickContext => aContext(given));

/** Every choice of many, with all it was made from. */
function always(holds: (given: Choice) => void, seed: number): void {
  fc.assert(
    fc.property(field, context, (players, asked) => {
      const candidates = candidatesOf(players);
      holds({ candidates, context: asked, chosen: pick(candidates, asked) });
    }),
    { seed, numRuns: 400 },
  );
}

interface Choice {
  readonly candidates: readonly Candidate[];
  readonly context: PickContext;
  readonly chosen: ReturnType<typeof pick>;
}

/** Those that are equal up to the strategy, worked out the slow way. */
function tied({ candidates, context: { softConcurrent = 2, parentAccountId } }: Choice): readonly Candidate[] {
  const unspent = candidates.filter((each) => !each.standing().isSpent);
  const open = unspent.length > 0 ? unspent : candidates;
  const rank = ({ account, inFlightCount }: Candidate) => [
    account.priority,
    account.id === parentAccountId ? 1 : 0,
    Math.floor(inFlightCount / softConcurrent),
  ];
  const best = open.map(rank).sort(compare)[0];
  return best ? open.filter((each) => compare(rank(each), best) === 0) : [];
}

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

const winner = ({ candidates, chosen }: Choice) => candidates.find(({ position }) => position === chosen?.position);

describe("whoever there is and whatever is asked", () => {
  test("somebody is picked exactly when somebody is there, and it is one of them", () => {
    always(({ candidates, chosen }) => {
      expect(chosen !== undefined).toBe(candidates.length > 0);
      if (chosen) expect(candidates[chosen.position]?.account).toBe(chosen.account);
    }, 1);
  });

  test("the same numbers lead to the same choice", () => {
    always(({ candidates, context: asked, chosen }) => expect(pick(candidates, asked)).toEqual(chosen), 2);
  });

  test("nobody who is used up is picked while another is not", () => {
    always((choice) => {
      const isSpent = winner(choice)?.standing().isSpent ?? false;
      if (isSpent) expect(choice.candidates.every((each) => each.standing().isSpent)).toBe(true);
    }, 3);
  });

  test("a conversation without a home gets the best priority of those who are not used up", () => {
    always((choice) => {
      if (choice.context.bound) return;
      const open = choice.candidates.filter((each) => !each.standing().isSpent);
      const best = Math.min(...open.map(({ account }) => account.priority));
      if (open.length > 0) expect(choice.chosen?.account.priority).toBe(best);
    }, 4);
  });

  test("every strategy picks from those that are equal without it", () => {
    always((choice) => {
      if (!choice.chosen || choice.chosen.because.kind === "bound") return;
      expect(tied(choice).map(({ position }) => position)).toContain(choice.chosen.position);
    }, 5);
  });

  test("a conversation leaves its account only for one that is not used up, or for a better priority after a rest", () => {
    always(({ candidates, context: { bound }, chosen }) => {
      const home = candidates.find(({ account }) => account.id === bound?.accountId);
      if (!home || !chosen || chosen.account.id === home.account.id) return;
      const isIdle = bound?.lastAnswerAt !== NOW;
      expect(home.standing().isSpent || (isIdle && chosen.account.priority < home.account.priority)).toBe(true);
    }, 6);
  });

  test("the reason is true, and it tells the one who was picked from somebody else", () => {
    always((choice) => {
      const [who, because] = [winner(choice), choice.chosen?.because];
      if (!who || !because) return;
      const others = choice.candidates.filter((each) => each !== who);
      switch (because.kind) {
        case "bound":
          return expect(who.account.id).toBe(String(choice.context.bound?.accountId));
        case "only":
          return expect(others).toEqual([]);
        case "unspent":
          return expect(others.length > 0 && others.every((each) => each.standing().isSpent)).toBe(true);
        case "last-resort":
          return expect(choice.candidates.every((each) => each.standing().isSpent)).toBe(true);
        case "priority":
          return expect(others.some(({ account }) => account.priority > because.priority)).toBe(true);
        case "other-than-parent":
          return expect(others.some(({ account }) => account.id === choice.context.parentAccountId)).toBe(true);
        case "least-busy":
          return expect(others.some((each) => each.inFlightCount > because.inFlightCount)).toBe(true);
        case "low-quota":
          return expect(tied(choice).every((each) => each.standing().remainingFraction <= 0.2)).toBe(true);
        case "strategy":
          return expect(because.strategy).toBe(choice.context.strategy);
        case "fewest-sessions":
          return expect(others.some((each) => each.recentSessionCount > because.count)).toBe(true);
        case "least-recent":
          return expect(others.some((each) => each.lastUsedAt > because.lastUsedAt)).toBe(true);
        case "first":
          return expect(tied(choice).length).toBeGreaterThan(1);
      }
    }, 7);
  });
});

const EVEN: readonly StrategyName[] = ["expiring-first", "least-used", "round-robin"];

describe("new conversations over equal accounts", () => {
  for (const strategy of EVEN) {
    test(`${strategy} spreads them evenly, one after the other or all at once`, () => {
      const some = fc.record({ sessions: fc.nat(40), accounts: fc.integer({ min: 1, max: 7 }), areHeld: fc.boolean() });
      fc.assert(
        fc.property(some, ({ sessions, accounts, areHeld }) => {
          const counts = perAccount(place({ strategy, sessions, accounts, areHeld }), accounts);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }),
        { seed: 8, numRuns: 50 },
      );
    });

    test(`${strategy} gives nine at once on three accounts three each`, () => {
      expect(perAccount(place({ strategy, sessions: 9, accounts: 3, areHeld: true }), 3)).toEqual([3, 3, 3]);
    });
  }

  test("sequential fills one account and goes on only where that is busy", () => {
    expect(perAccount(place({ strategy: "sequential", sessions: 9, accounts: 3, areHeld: false }), 3)).toEqual([
      9, 0, 0,
    ]);
    expect(place({ strategy: "sequential", sessions: 5, accounts: 3, areHeld: true })).toEqual([0, 0, 1, 1, 2]);
  });

  for (const strategy of STRATEGY_NAMES) {
    test(`${strategy} does not send eight children of one conversation to one account, nor any to their parent's`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const parent = 1;
        const counts = perAccount(place({ strategy, sessions: 8, accounts: 4, areHeld: true, parent, seed }), 4);
        expect(counts[parent]).toBe(0);
        expect(Math.max(...counts)).toBeLessThanOrEqual(4);
      }
    });
  }
});
