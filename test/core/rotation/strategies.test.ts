import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { PickContext } from "../../../src/core/rotation/criterion";
import { drawn, smallest } from "../../../src/core/rotation/criterion";
import { STRATEGY_NAMES, type StrategyName } from "../../../src/core/rotation/strategies/name";
import { NOW } from "../../support/builders";
import { seededChance } from "../../support/seeded-chance";
import { candidatesOf, choose, HOUR, type Player, player, winnerOf } from "./candidates";

const MINUTE = 60_000;
const DRAWS = 2_000;

describe("expiring-first", () => {
  const at = (id: string, resetAt: number | undefined, remainingFraction = 0.5) =>
    player(id, { resetAt, remainingFraction });

  test("spends what will be lost soonest", () => {
    expect(winnerOf([at("late", NOW + 9 * HOUR), at("soon", NOW + 2 * HOUR)])).toBe("soon");
  });

  test("takes resets within half an hour of the soonest as equal", () => {
    const two = (later: number) => [
      player("later", { resetAt: NOW + HOUR + later, lastUsedAt: 1 }),
      player("soon", { resetAt: NOW + HOUR, lastUsedAt: 2 }),
    ];
    expect(choose(two(30 * MINUTE - 1))).toMatchObject({ account: { id: "later" }, because: { kind: "least-recent" } });
    expect(winnerOf(two(30 * MINUTE))).toBe("soon");
  });

  test("prefers a window that runs to one that has not begun, and anything to one with nothing left", () => {
    const running = at("running", NOW + 20 * HOUR);
    const fresh = at("fresh", undefined, 1);
    const empty = at("empty", NOW + HOUR, 0);
    expect(winnerOf([fresh, empty, running])).toBe("running");
    expect(choose([empty, player("unknown")])).toMatchObject({
      account: { id: "unknown" },
      because: { kind: "strategy", resetAt: undefined },
    });
    expect(winnerOf([empty, fresh])).toBe("fresh");
  });

  test("does not believe in a reset that is past", () => {
    expect(winnerOf([at("past", NOW), at("soon", NOW + HOUR)])).toBe("soon");
  });
});

describe("least-used", () => {
  const used = (...counts: number[]) => counts.map((usedCount, index) => player("abc"[index] ?? "?", { usedCount }));

  test("takes the fewest requests, without chance", () => {
    expect(choose(used(3, 1, 2), { strategy: "least-used" })).toMatchObject({
      account: { id: "b" },
      because: { kind: "strategy", strategy: "least-used", usedCount: 1, isDrawn: false },
    });
    expect(winnerOf(used(3, 1, 2), { strategy: "least-used", tolerance: -1 })).toBe("b");
    expect(winnerOf(used(3, 1, 2), { strategy: "least-used", tolerance: Number.NaN })).toBe("b");
  });

  test("with a tolerance draws by the formula of the rotator library", () => {
    // 3, 1 and 2 used and a tolerance of 1: weights 2, 4, 3 of 9.
    const at = (random: number) => winnerOf(used(3, 1, 2), { strategy: "least-used", tolerance: 1, random });
    expect([0, 1.9, 2, 5.9, 6, 8.9].map((share) => at(share / 9))).toEqual(["a", "a", "b", "b", "c", "c"]);
    expect(choose(used(3, 1), { strategy: "least-used", tolerance: 1 })?.because).toMatchObject({ isDrawn: true });
  });
});

describe("sequential", () => {
  test("stays with the first until that is empty", () => {
    const strategy = "sequential";
    expect(winnerOf([player("a", { usedCount: 9, recentSessionCount: 9 }), player("b")], { strategy })).toBe("a");
    expect(winnerOf([player("a", { remainingFraction: 0 }), player("b")], { strategy })).toBe("b");
    expect(winnerOf([player("a", spent()), player("b")], { strategy })).toBe("b");
  });
});

describe("round-robin", () => {
  const next = (ids: string, lastPosition?: number) => {
    const players = [..."abcd"].map((id) => player(id, { priority: ids.includes(id) ? 0 : 1 }));
    return winnerOf(players, { strategy: "round-robin", ...(lastPosition === undefined ? {} : { lastPosition }) });
  };

  test("begins with the first and goes on where it was", () => {
    expect([undefined, 0, 1, 2, 3].map((last) => next("abcd", last))).toEqual(["a", "b", "c", "d", "a"]);
  });

  test("goes on after one that is out of the race by now", () => {
    expect(next("acd", 1)).toBe("c");
    expect(next("ab", 2)).toBe("a");
    expect(next("abcd", 77)).toBe("a");
  });
});

describe("low quota", () => {
  const low = [
    player("a", { remainingFraction: 0.1, healthFraction: 0.5, resetAt: NOW + HOUR }),
    player("b", { remainingFraction: 0.2, healthFraction: 1, resetAt: NOW + 9 * HOUR }),
  ];

  for (const strategy of STRATEGY_NAMES) {
    test(`outweighs ${strategy}: drawn by what is left and by health`, () => {
      // 0.05 against 0.2: a fifth to four fifths.
      expect([0, 0.19, 0.21, 0.99].map((random) => winnerOf(low, { strategy, random }))).toEqual(["a", "a", "b", "b"]);
      expect(choose(low, { strategy })?.because).toEqual({ kind: "low-quota", remainingFraction: 0.2 });
    });
  }

  test("is not the case while one has more or is unknown", () => {
    expect(choose([...low, player("c", { remainingFraction: 0.21 })])?.because.kind).toBe("strategy");
    expect(choose([...low, player("c")])?.because.kind).toBe("strategy");
    expect(choose([...low, player("c", { isKnown: false, remainingFraction: 0.1 })])?.because.kind).toBe("strategy");
  });

  test("is judged by those who are still in the race", () => {
    expect(choose([...low, player("c", { priority: 1 })])?.because.kind).toBe("priority");
    expect(winnerOf([...low, player("c", { priority: 1 })], { random: 0.99 })).toBe("b");
  });

  test("nothing left anywhere is no reason to choose nobody", () => {
    const empty = low.map((each) => ({ ...each, standing: { ...each.standing, remainingFraction: 0 } }));
    expect(choose(empty)).toMatchObject({ account: { id: "a" }, because: { kind: "first" } });
  });
});

test("figures that are none tell nobody apart", () => {
  const two = candidatesOf([player("a"), player("b")]);
  expect(smallest(two, () => Number.NaN)).toBe(two);
  expect(smallest(two, ({ position }) => [Number.NaN, 1][position] ?? 0).map(({ account }) => account.id)).toEqual([
    "b",
  ]);
});

describe("a lot", () => {
  const weighted = (weights: readonly number[], random: number) => {
    const players = weights.map((_, index) => player(String(index)));
    const [only, ...others] = drawn(candidatesOf(players), ({ position }) => weights[position] ?? 0, random);
    return others.length > 0 ? "all" : only?.account.id;
  };

  test("never falls on one without a weight, and tells nobody apart where nobody has one", () => {
    expect(weighted([0, 1, 0], 0)).toBe("1");
    expect(weighted([0, 1, 0], 1 - Number.EPSILON)).toBe("1");
    expect(weighted([0, -1, Number.NaN], 0.5)).toBe("all");
    expect(weighted([-5, Number.NaN, 1, 2], 0)).toBe("2");
    expect(weighted([-5, 1, 2], 0.99)).toBe("2");
    expect(weighted([1, Number.POSITIVE_INFINITY], 0.5)).toBe("all");
    expect(weighted([0.1, 0.2, 0.3, 0], 1 - Number.EPSILON / 2)).toBe("2");
  });

  test("over even draws falls on each as often as its weight says", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, (given) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const hits = new Map<string | undefined, number>();
        for (let draw = 0; draw < 200; draw++) {
          const id = weighted(given, (draw + 0.5) / 200);
          hits.set(id, (hits.get(id) ?? 0) + 1);
        }
        for (const [index, weight] of given.entries()) {
          const expected = (200 * weight) / total;
          expect(Math.abs((hits.get(String(index)) ?? 0) - expected)).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});

describe(`over ${DRAWS} seeded draws each account is chosen as often as its weight says, within three standard deviations`, () => {
  const players = [
    player("a", { usedCount: 9, healthFraction: 0.2, remainingFraction: 0.9 }),
    player("b", { usedCount: 4, healthFraction: 0.9, remainingFraction: 0.9 }),
    player("c", { usedCount: 0, healthFraction: 1, remainingFraction: 0.9 }),
    player("d", { usedCount: 7, healthFraction: 0, remainingFraction: 0.9 }),
  ];
  const scarce = players.map((each, index) => ({
    ...each,
    standing: { ...each.standing, remainingFraction: [0.2, 0.05, 0.1, 0.2][index] ?? 0 },
  }));
  const rows: readonly [string, readonly Player[], Partial<PickContext>, readonly number[]][] = [
    ["least-used", players, { strategy: "least-used", tolerance: 2 }, [3, 8, 12, 5]],
    ["health-weighted", players, { strategy: "health-weighted" }, [0.2, 0.9, 1, 0]],
    ["low quota", scarce, { strategy: "sequential" }, [0.04, 0.045, 0.1, 0]],
  ];
  for (const [name, field, context, weights] of rows) {
    test(name, () => {
      const { random } = seededChance(42);
      const hits = new Map<string | undefined, number>();
      for (let draw = 0; draw < DRAWS; draw++) {
        const id = winnerOf(field, { ...context, random: random() });
        hits.set(id, (hits.get(id) ?? 0) + 1);
      }
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, { account }] of field.entries()) {
        const share = (weights[index] ?? 0) / total;
        const deviation = Math.sqrt(DRAWS * share * (1 - share));
        const off = (hits.get(account.id) ?? 0) - DRAWS * share;
        expect(Math.abs(off), `${account.id} is off by ${off}`).toBeLessThanOrEqual(3 * deviation);
      }
    });
  }
});

test("every name has its strategy, and each says which it was", () => {
  const told = (strategy: StrategyName) => {
    const soon = player("a", { resetAt: NOW + HOUR, usedCount: 1 });
    const late = player("b", { resetAt: NOW + 9 * HOUR, usedCount: 2 });
    return choose([soon, late], { strategy })?.because;
  };
  for (const strategy of STRATEGY_NAMES) expect(told(strategy)).toMatchObject({ kind: "strategy", strategy });
  expect(told("health-weighted")).toMatchObject({ healthFraction: 1 });
});

function spent() {
  return { isSpent: true, remainingFraction: 0 };
}
