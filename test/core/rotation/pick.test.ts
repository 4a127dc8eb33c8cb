import { describe, expect, test } from "bun:test";
import { pick } from "../../../src/core/rotation/pick";
import { staysAnyway } from "../../../src/core/rotation/stay";
import { STRATEGY_NAMES } from "../../../src/core/rotation/strategies/name";
import { NOW } from "../../support/builders";
import { aContext, candidatesOf, choose, HOUR, player, recordingFacts, winnerOf } from "./candidates";

const spent = { isSpent: true, remainingFraction: 0 };

const told = (...given: Parameters<typeof choose>) => {
  const chosen = choose(...given);
  return chosen && { id: chosen.account.id, ...chosen.because };
};

test("nobody is picked where nobody is there", () => {
  expect(choose([])).toBeUndefined();
});

test("the place in the list comes with the choice", () => {
  expect(choose([player("a", { inFlightCount: 2 }), player("b")])?.position).toBe(1);
});

describe("a new conversation goes to", () => {
  test("the only one there is, whatever the strategy", () => {
    for (const strategy of STRATEGY_NAMES) expect(told([player("a")], { strategy })).toEqual({ id: "a", kind: "only" });
  });

  test("the best priority, whatever its load", () => {
    const busy = player("a", { priority: -1, inFlightCount: 9 });
    expect(told([player("b"), busy])).toEqual({ id: "a", kind: "priority", priority: -1 });
  });

  test("another account than its parent's, though that one is less busy", () => {
    const two = [player("a"), player("b", { inFlightCount: 5 })];
    expect(told(two, { parentAccountId: "a" })).toEqual({ id: "b", kind: "other-than-parent" });
    expect(told([player("a")], { parentAccountId: "a" })).toEqual({ id: "a", kind: "only" });
  });

  test("its parent's account, if another is only of worse priority", () => {
    const two = [player("a"), player("b", { priority: 1 })];
    expect(told(two, { parentAccountId: "a" })).toEqual({ id: "a", kind: "priority", priority: 0 });
  });

  test("the least busy, where 0 and 1 calls are equal", () => {
    const uneven = [player("a", { inFlightCount: 2 }), player("b", { inFlightCount: 1 })];
    expect(told(uneven)).toEqual({ id: "b", kind: "least-busy", inFlightCount: 1 });
    expect(winnerOf([player("a", { inFlightCount: 1, lastUsedAt: 1 }), player("b", { lastUsedAt: 2 })])).toBe("a");
  });

  test("the least busy in steps of the user's own size", () => {
    const two = [player("a", { inFlightCount: 4, lastUsedAt: 1 }), player("b", { inFlightCount: 3, lastUsedAt: 2 })];
    expect(winnerOf(two, { softConcurrent: 5 })).toBe("a");
    expect(winnerOf(two, { softConcurrent: 1 })).toBe("b");
    expect(winnerOf(two, { softConcurrent: 0 })).toBe("b");
  });

  test("the strategy's choice, before conversations are counted", () => {
    const soon = player("a", { resetAt: NOW + HOUR, recentSessionCount: 9 });
    expect(told([player("b", { resetAt: NOW + 3 * HOUR }), soon])).toEqual({
      id: "a",
      kind: "strategy",
      strategy: "expiring-first",
      resetAt: NOW + HOUR,
    });
  });

  test("the one with the fewest conversations lately", () => {
    const some = [player("a", { recentSessionCount: 2 }), player("b", { recentSessionCount: 1, lastUsedAt: 9 })];
    expect(told(some)).toEqual({ id: "b", kind: "fewest-sessions", count: 1 });
    expect(winnerOf([...some, player("c", { recentSessionCount: 1, lastUsedAt: 9 })])).toBe("b");
  });

  test("the one that has rested longest", () => {
    const some = [player("a", { lastUsedAt: 7 }), player("b", { lastUsedAt: 5 })];
    expect(told(some)).toEqual({ id: "b", kind: "least-recent", lastUsedAt: 5 });
  });

  test("the first in the list, where all are equal", () => {
    expect(told([player("a"), player("b")])).toEqual({ id: "a", kind: "first" });
  });
});

describe("a conversation stays where it is", () => {
  const bound = (lastAnswerAt = NOW - 1_000) => ({ bound: { accountId: "b", lastAnswerAt } });

  test("though others are less busy and reset sooner", () => {
    const two = [player("a", { resetAt: NOW + 1 }), player("b", { inFlightCount: 8 })];
    expect(told(two, bound())).toEqual({ id: "b", kind: "bound" });
  });

  test("though it is the parent's account", () => {
    expect(winnerOf([player("a"), player("b")], { ...bound(), parentAccountId: "b" })).toBe("b");
  });

  test("until it has been idle for ten minutes and a better priority is there", () => {
    const two = [player("a", { priority: -1 }), player("b")];
    expect(told(two, bound(NOW - 599_999))).toEqual({ id: "b", kind: "bound" });
    expect(told(two, bound(NOW - 600_000))).toEqual({ id: "a", kind: "priority", priority: -1 });
    expect(told([player("a"), player("b")], bound(0))).toEqual({ id: "b", kind: "bound" });
    expect(told([player("a", { priority: -1, ...spent }), player("b")], bound(0))).toEqual({ id: "b", kind: "bound" });
  });

  test("until its quota is used up and another's is not", () => {
    expect(told([player("a", { priority: 5 }), player("b", spent)], bound())).toMatchObject({ id: "a" });
    expect(told([player("a", spent), player("b", spent)], bound())).toEqual({ id: "b", kind: "bound" });
  });

  test("unless its account cannot answer", () => {
    expect(told([player("a")], bound())).toEqual({ id: "a", kind: "only" });
  });

  test("and for most calls that is known without a look at the others", () => {
    const [home] = candidatesOf([player("b")]);
    const [used] = candidatesOf([player("b", spent)]);
    const [other] = candidatesOf([player("a")]);
    if (!home || !used || !other) throw new Error("no candidate");
    expect(staysAnyway(home, aContext(bound()))).toBe(true);
    expect(staysAnyway(home, aContext(bound(NOW - 600_000)))).toBe(false);
    expect(staysAnyway(used, aContext(bound()))).toBe(false);
    expect(staysAnyway(other, aContext(bound()))).toBe(false);
    expect(staysAnyway(home, aContext())).toBe(false);
  });
});

describe("an account that is used up by our own count", () => {
  test("is not asked while another can answer, whatever else speaks for it", () => {
    const two = [player("a", { priority: -9, ...spent }), player("b", { priority: 9, inFlightCount: 7 })];
    expect(told(two)).toEqual({ id: "b", kind: "unspent" });
  });

  test("comes after those that are so by what accounts alike can take, and these after all others", () => {
    const like = { isPresumedSpent: true };
    expect(told([player("a", spent), player("b", like)])).toEqual({ id: "b", kind: "unspent" });
    const three = [player("a", { priority: -9, ...like }), player("b", spent), player("c", { priority: 9 })];
    expect(told(three)).toMatchObject({ id: "c" });
  });

  test("leaves the others to the usual rules", () => {
    const used = player("a", { priority: -9, ...spent });
    const three = [used, player("b", { priority: 2 }), player("c", { priority: 1 })];
    expect(told(three)).toEqual({ id: "c", kind: "priority", priority: 1 });
    expect(told([player("a", spent), player("b"), player("c")])).toEqual({ id: "b", kind: "first" });
    expect(told([player("a", spent), player("b")])).toEqual({ id: "b", kind: "unspent" });
  });

  test("does not set the time for the others", () => {
    const used = player("a", { isSpent: true, remainingFraction: 0.1, resetAt: NOW + HOUR });
    const [late, later] = [player("b", { resetAt: NOW + 2 * HOUR }), player("c", { resetAt: NOW + 4 * HOUR })];
    expect(winnerOf([used, later, late])).toBe("b");
  });

  test("is the last resort, chosen like any other", () => {
    expect(told([player("a", { priority: 2, ...spent }), player("b", { priority: 1, ...spent })])).toEqual({
      id: "b",
      kind: "last-resort",
    });
    expect(told([player("a", spent)])).toEqual({ id: "a", kind: "last-resort" });
  });
});

describe("nothing is asked that does not decide", () => {
  const ask = (players: Parameters<typeof choose>[0], context: Parameters<typeof choose>[1] = {}) => {
    const { facts, asked } = recordingFacts();
    pick(candidatesOf(players, facts), aContext(context));
    return asked;
  };

  test("a conversation that stays looks at its own account alone, once", () => {
    const three = [player("a"), player("b"), player("c", { priority: -1 })];
    expect(ask(three, { bound: { accountId: "b", lastAnswerAt: NOW } })).toEqual(["standing b"]);
  });

  test("the quota of those who are out of the race is not looked up, and health only where it weighs", () => {
    const asked = ask([player("a"), player("b"), player("c", { priority: 1 }), player("d", { inFlightCount: 2 })]);
    expect(asked.filter((each) => each.startsWith("standing"))).toEqual(["standing a", "standing b"]);
    expect(asked.filter((each) => each.startsWith("health"))).toEqual([]);
  });
});
