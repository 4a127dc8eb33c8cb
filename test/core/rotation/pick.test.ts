import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Candidate, pick } from "../../../src/core/rotation/pick";
import { anAccount, NOW } from "../../support/builders";

const candidate = (id: string, more: Partial<Candidate> & { priority?: number } = {}): Candidate => ({
  account: anAccount({ id, label: id, priority: more.priority ?? 0 }),
  inFlightCount: more.inFlightCount ?? 0,
  lastUsedAt: more.lastUsedAt ?? 0,
  recentSessionCount: more.recentSessionCount ?? 0,
});
const choose = (candidates: Candidate[], context: object = {}) => {
  const chosen = pick(candidates, { now: NOW, ...context });
  return chosen && `${chosen.account.id}: ${chosen.because}`;
};

describe("a new conversation goes to", () => {
  test("the best priority, whatever its load", () => {
    const busy = candidate("a", { inFlightCount: 9 });
    expect(choose([candidate("b", { priority: 1 }), busy])).toBe("a: best priority");
  });

  test("the least busy, where 0 and 1 calls are equal", () => {
    expect(choose([candidate("a", { inFlightCount: 2 }), candidate("b", { inFlightCount: 1 })])).toBe("b: least busy");
    const even = [candidate("a", { inFlightCount: 1, lastUsedAt: 1 }), candidate("b", { lastUsedAt: 2 })];
    expect(choose(even)).toBe("a: least recently used");
  });

  test("the one with the fewest conversations", () => {
    const some = [candidate("a", { recentSessionCount: 2 }), candidate("b", { recentSessionCount: 1 })];
    expect(choose(some)).toBe("b: fewest conversations");
  });

  test("another account than its parent's, unless there is only that", () => {
    const two = [candidate("a"), candidate("b", { lastUsedAt: 5 })];
    expect(choose(two, { parentAccountId: "a" })).toBe("b: another account than its parent's");
    expect(choose([candidate("a")], { parentAccountId: "a" })).toBe("a: the only one that can answer");
  });
});

describe("a conversation stays where it is", () => {
  const bound = (lastAnswerAt: number) => ({ bound: { accountId: "b", lastAnswerAt } });

  test("though others are less busy", () => {
    const two = [candidate("a"), candidate("b", { inFlightCount: 8 })];
    expect(choose(two, bound(NOW - 1_000))).toBe("b: this conversation lives here");
  });

  test("though a better priority is there, while it is not idle", () => {
    const two = [candidate("a", { priority: -1 }), candidate("b")];
    expect(choose(two, bound(NOW - 599_999))).toBe("b: this conversation lives here");
    expect(choose(two, bound(NOW - 600_000))).toBe("a: best priority");
  });

  test("unless its account cannot answer", () => {
    expect(choose([candidate("a")], bound(NOW))).toBe("a: the only one that can answer");
  });
});

test("somebody is picked exactly when somebody is there", () => {
  const any = fc.record({ inFlightCount: fc.nat(9), lastUsedAt: fc.nat(9), priority: fc.integer({ min: -2, max: 2 }) });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (all) => {
      const candidates = all.map((more, index) => candidate(`c${index}`, more));
      const chosen = pick(candidates, { now: NOW });
      expect(chosen !== undefined).toBe(candidates.length > 0);
      const best = Math.min(...candidates.map(({ account }) => account.priority));
      if (chosen) expect(chosen.account.priority).toBe(best);
    }),
    { seed: 11, numRuns: 300 },
  );
});
