import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import { anAccount, aSeat } from "../../support/builders";
import { BROKEN, DENIED, DOWN, named, pupil, SUCCESS } from "./pupil";

const account = anAccount({ quotaProject: "p" });
const other = anAccount({ id: "a2", quotaProject: "q" });
const aPool = () => pupil(account, other);
type Pool = ReturnType<typeof aPool>;

const fail = (pool: Pool, times: number, outcome: Outcome = DOWN) => {
  for (let time = 0; time < times; time++) pool.settle(time % 2 === 0 ? account : other, outcome);
};
/** An open circuit whose time is over. */
const halfOpen = () => {
  const pool = aPool();
  fail(pool, 5);
  pool.wait(10_000);
  return pool;
};

describe("a backend that cannot be reached", () => {
  test("is left alone for 10 s after five failures in a row, whoever asked", () => {
    const pool = aPool();
    fail(pool, 4);
    expect(pool.outage()).toBeUndefined();
    fail(pool, 1);
    expect(pool.outage()).toMatchObject({ reason: "outage", until: pool.now() + 10_000, step: 1 });
    expect(pool.outage()?.sentence).toBe("Google cannot be reached. no route");
  });

  test("is told from one whose servers fail", () => {
    const pool = aPool();
    fail(pool, 5, BROKEN);
    expect(pool.outage()?.sentence).toBe("Google's servers fail. internal");
  });

  test("is not found by one request alone, however often it fails", () => {
    const pool = aPool();
    for (let time = 0; time < 20; time++) pool.settle(account, DOWN, { requestId: "one" });
    expect(pool.outage()).toBeUndefined();
    pool.settle(account, DOWN, { requestId: "two" });
    expect(pool.outage()).toBeDefined();
  });

  test("is another one than its neighbour", () => {
    const seat = aSeat();
    const pool = pupil(account, seat);
    for (let time = 0; time < 4; time++) pool.settle(account, DOWN);
    pool.settle(seat, DOWN);
    expect(pool.state.cooldowns.size).toBe(0);
  });
});

describe("a run of failures", () => {
  const alive: readonly Outcome[] = [
    SUCCESS,
    named(),
    DENIED,
    { kind: "rejected", status: 400, sentence: "bad" },
    { kind: "signature", status: 400, sentence: "bad" },
    { kind: "unauthorized", status: 401, sentence: "who" },
    { kind: "parked", state: "billing", scope: "account", status: 402, sentence: "pay" },
    { kind: "banned", status: 403, sentence: "no" },
    { kind: "egress", status: 403, sentence: "not here" },
    { kind: "capacity", detailed: true, status: 429, sentence: "busy" },
    { kind: "transient", cause: "empty", status: 200, sentence: "nothing" },
  ];
  for (const outcome of alive) {
    test(`ends with anything that Google says itself: ${outcome.kind}`, () => {
      const pool = aPool();
      fail(pool, 4);
      pool.settle(account, outcome);
      fail(pool, 4);
      expect(pool.outage()?.reason).not.toBe("outage");
    });
  }

  const silent: readonly Outcome[] = [
    { kind: "aborted" },
    { kind: "timeout", status: 200, sentence: "silent" },
    { kind: "machine", status: 407, sentence: "proxy" },
    { kind: "capacity", detailed: true, status: 503, sentence: "busy" },
    { kind: "capacity", detailed: true, status: 500, sentence: "busy" },
    { kind: "rejected", status: 0, sentence: "never sent" },
    { kind: "transient", cause: "stream", status: 200, sentence: "cut" },
  ];
  for (const outcome of silent) {
    test(`neither ends nor grows with ${outcome.kind} ${"status" in outcome ? outcome.status : ""}`, () => {
      const pool = aPool();
      fail(pool, 4);
      pool.settle(account, outcome);
      expect(pool.outage()).toBeUndefined();
      fail(pool, 1);
      expect(pool.outage()).toBeDefined();
    });
  }

  test("ends with the first output of a good answer", () => {
    const pool = aPool();
    fail(pool, 4);
    pool.answer(account);
    fail(pool, 4);
    expect(pool.outage()).toBeUndefined();
  });

  test("is over once: the next answer has nothing to add", () => {
    const pool = aPool();
    fail(pool, 4);
    expect(pool.answer(account)).toHaveLength(1);
    expect(pool.answer(account)).toEqual([]);
  });

  test("is not about the token endpoint", () => {
    const pool = aPool();
    for (let time = 0; time < 9; time++) pool.settle(account, DOWN, { unsent: true });
    expect(pool.outage()).toBeUndefined();
  });

  test("goes on through nine quiet minutes", () => {
    const pool = aPool();
    fail(pool, 4);
    pool.wait(590_000);
    fail(pool, 1);
    expect(pool.outage()).toBeDefined();
  });

  test("of yesterday evening says nothing this morning", () => {
    const pool = aPool();
    fail(pool, 4);
    pool.wait(601_000);
    fail(pool, 4);
    expect(pool.outage()).toBeUndefined();
  });
});

describe("after the outage's time", () => {
  test("a probe that fails opens it again at once, for twice as long, two minutes at most", () => {
    const pool = halfOpen();
    const lengths = [20, 40, 80, 120, 120].map((seconds) => {
      pool.settle(account, DOWN);
      expect(pool.outage()?.until).toBe(pool.now() + seconds * 1_000);
      pool.wait(seconds * 1_000);
      return seconds;
    });
    expect(lengths.length).toBe(5);
  });

  test("calls that were under way before fail late without opening it again", () => {
    const pool = aPool();
    const startedAt = pool.now();
    fail(pool, 5);
    pool.wait(30_000);
    for (let time = 0; time < 9; time++) pool.settle(account, DOWN, { startedAt });
    expect(pool.outage()).toMatchObject({ step: 1, since: startedAt });
  });

  test("a success ends it, and the next outage begins small", () => {
    const pool = halfOpen();
    pool.settle(account, SUCCESS);
    expect(pool.outage()).toBeUndefined();
    fail(pool, 4);
    expect(pool.outage()).toBeUndefined();
    fail(pool, 1);
    expect(pool.outage()?.step).toBe(1);
  });

  test("a limit does not: it may come from a door that stands before the servers", () => {
    const pool = halfOpen();
    pool.settle(account, named());
    pool.settle(other, DOWN);
    expect(pool.outage()?.step).toBe(2);
  });

  test("ten quiet minutes end it", () => {
    const pool = halfOpen();
    pool.wait(600_000);
    pool.settle(account, DOWN);
    expect(pool.outage()?.until).toBeLessThan(pool.now());
    const other = halfOpen();
    other.wait(599_999);
    other.settle(account, DOWN);
    expect(other.outage()?.step).toBe(2);
  });
});
