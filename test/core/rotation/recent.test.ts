import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRecentSessions } from "../../../src/core/rotation/recent";
import { aBinding, NOW } from "../../support/builders";
import { mapVisits } from "./map-visits";

const FIVE_MINUTES = 300_000;
const NOBODY: ReadonlyMap<string, string> = new Map();

test("conversations of the last five minutes count, waiting ones where they wait now", () => {
  const recent = createRecentSessions();
  const bindings = [
    aBinding({ sessionId: "old", boundAt: NOW - FIVE_MINUTES }),
    aBinding({ sessionId: "new", boundAt: NOW - FIVE_MINUTES + 1 }),
    aBinding({ sessionId: "moving", boundAt: NOW - 1 }),
  ];
  recent.seed(bindings, NOW);
  expect([...recent.counts(NOW, new Map([["moving", "a2"]]))]).toEqual([
    ["a1", 1],
    ["a2", 1],
  ]);
});

test("a conversation counts once, where it was bound last", () => {
  const recent = createRecentSessions();
  recent.bound("s", "a1", NOW);
  recent.bound("s", "a2", NOW + 5);
  recent.bound("s", "a1", NOW + 3);
  recent.seed([aBinding({ sessionId: "s", accountId: "a1", model: "small", boundAt: NOW })], NOW + 5);
  expect([...recent.counts(NOW + 5, NOBODY)]).toEqual([["a2", 1]]);
});

test("one bound where clocks are ahead counts from now on, and makes nobody forgotten", () => {
  const recent = createRecentSessions();
  recent.bound("here", "a1", NOW);
  recent.seed([aBinding({ sessionId: "there", accountId: "a2", boundAt: NOW + 10 * FIVE_MINUTES })], NOW);
  expect([...recent.counts(NOW, NOBODY).keys()].sort()).toEqual(["a1", "a2"]);
  expect(recent.counts(NOW + FIVE_MINUTES, NOBODY).size).toBe(0);
});

describe("what it costs does not grow with history", () => {
  const after = (old: number, work: (recent: ReturnType<typeof createRecentSessions>) => void): number => {
    const recent = createRecentSessions();
    for (let each = 0; each < old; each++) recent.bound(`old-${each}`, "a1", NOW - FIVE_MINUTES - old + each);
    for (let each = 0; each < 20; each++) recent.bound(`new-${each}`, "a1", NOW + each);
    return mapVisits(() => work(recent));
  };
  const count = (recent: ReturnType<typeof createRecentSessions>) => recent.counts(NOW + 20, NOBODY);
  const bind = (recent: ReturnType<typeof createRecentSessions>) => recent.bound("one more", "a1", NOW + 20);

  test("the double sees every visit", () => {
    const map = new Map([..."abc"].map((key) => [key, key]));
    expect(mapVisits(() => [...map])).toBe(3);
    expect(mapVisits(() => map.forEach(() => {}))).toBe(3);
    expect(mapVisits(() => [...map.values(), ...map.keys(), ...map.entries()])).toBe(9);
  });

  test("a count visits the conversations of the last five minutes, after 10,000 as after none", () => {
    expect(after(0, count)).toBe(20);
    expect(after(10_000, count)).toBe(20);
  });

  test("to remember one more visits one, after 10,000 as after none", () => {
    expect(after(0, bind)).toBe(1);
    expect(after(10_000, bind)).toBe(1);
  });

  test("old ones of other processes are not even kept", () => {
    const recent = createRecentSessions();
    const old = Array.from({ length: 10_000 }, (_, each) =>
      aBinding({ sessionId: `s-${each}`, boundAt: NOW - each * 100_000 }),
    );
    recent.seed(old, NOW);
    expect(mapVisits(() => recent.counts(NOW, NOBODY))).toBe(3);
  });

  test("and those that nobody counted go by themselves", () => {
    const recent = createRecentSessions();
    for (let each = 0; each < 10_000; each++) {
      recent.bound("restless", `a${each}`, NOW + each * 1_000);
      recent.bound(`s-${each}`, "a1", NOW + each * 1_000);
    }
    expect(mapVisits(() => recent.counts(NOW + 9_999_000, NOBODY))).toBe(FIVE_MINUTES / 1_000 + 1);
  });
});

describe("whatever happens, it says what a look at everything would", () => {
  const name = fc.constantFrom(..."abcdefgh");
  const step = fc.record({
    sessionId: name,
    accountId: fc.constantFrom("a1", "a2", "a3"),
    model: fc.constantFrom("big", "small"),
    laterMs: fc.integer({ min: 1, max: FIVE_MINUTES / 2 }),
    isOurs: fc.boolean(),
    isCounted: fc.boolean(),
    pending: fc.dictionary(name, fc.constantFrom("a1", "a2", "a3"), { maxKeys: 3 }),
  });

  test("bound here or by others, counted now and then", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const recent = createRecentSessions();
        const everything = new Map<string, { accountId: string; boundAt: number }>();
        let now = NOW;
        for (const { sessionId, accountId, model, laterMs, isOurs, isCounted, pending } of steps) {
          now += laterMs;
          everything.set(sessionId, { accountId, boundAt: now });
          if (isOurs) recent.bound(sessionId, accountId, now);
          else recent.seed([aBinding({ sessionId, accountId, model, boundAt: now })], now);
          if (!isCounted) continue;
          const waiting = new Map(Object.entries(pending));
          const expected = scan(everything, waiting, now);
          expect(new Map([...recent.counts(now, waiting)].sort())).toEqual(new Map([...expected].sort()));
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

/** The slow way. */
function scan(
  everything: ReadonlyMap<string, { accountId: string; boundAt: number }>,
  pending: ReadonlyMap<string, string>,
  now: number,
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [sessionId, { accountId, boundAt }] of everything) {
    if (now - boundAt < FIVE_MINUTES && !pending.has(sessionId)) add(accountId);
  }
  for (const accountId of pending.values()) add(accountId);
  return counts;
}
