import { describe, expect, test } from "bun:test";
import { linkKey } from "../../../src/core/identity";
import { anAccount, aSeat } from "../../support/builders";
import { named, pupil, SUCCESS } from "./pupil";

const a = anAccount({ id: "a" });
const b = anAccount({ id: "b" });
const other = anAccount({ id: "other" });
const DAY = 86_400_000;
const aPool = () => pupil(a, b, other);
type Pool = ReturnType<typeof aPool>;

/** `a` has answered until now, is refused, and so is `b`, which nobody has used. */
function refusedAlike(pool: Pool) {
  pool.settle(a, SUCCESS);
  pool.wait(1_000);
  pool.settle(a, named({ until: pool.now() + 30_000 }));
  pool.wait(1_000);
  pool.settle(b, named({ until: pool.now() + 29_000 }));
}
const links = (pool: Pool) => [...pool.state.links.keys()];

describe("two keys that seem to share a project", () => {
  test("are those refused for the same limit within ten seconds, one of them unused", () => {
    const pool = aPool();
    refusedAlike(pool);
    expect(links(pool)).toEqual(["a b"]);
    expect(pool.state.links.get("a b")).toMatchObject({ quotaId: "RequestsPerMinute", until: pool.now() + DAY });
  });

  test("are found too where the unused one was refused first", () => {
    const pool = aPool();
    pool.settle(a, SUCCESS);
    pool.settle(b, named());
    pool.settle(a, named());
    expect(links(pool)).toEqual(["a b"]);
  });

  test("are found by the day's limit, where one was not used today", () => {
    const pool = aPool();
    const day = named({ reason: "daily-quota", window: { meter: "requests", period: "pacific-day" }, quotaId: "Day" });
    pool.settle(b, SUCCESS);
    pool.wait(DAY);
    pool.settle(a, SUCCESS);
    pool.settle(a, day);
    pool.settle(b, day);
    expect(links(pool)).toEqual(["a b"]);
  });

  test("rest together when one is refused, for the same time and reason", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(100_000);
    const until = pool.now() + 40_000;
    pool.settle(b, named({ until }));
    expect(pool.quota(a)).toMatchObject({ until, reason: "rate-limit", sharedWith: "b", source: "server" });
    expect(pool.quota(other)).toBeUndefined();
  });

  test("do not rest together for a model that one does not have", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(100_000);
    pool.settle(b, named({ reason: "model-unavailable" }));
    expect(pool.quota(a)?.until).toBeLessThan(pool.now());
  });

  test("are forgotten after a day, unless refused alike again", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(DAY - 5_000);
    pool.settle(a, named({ until: pool.now() + 9_000 }));
    expect(pool.quota(b)?.sharedWith).toBe("a");
    pool.settle(b, named({ until: pool.now() + 10_000 }));
    pool.wait(DAY - 5_000);
    pool.settle(a, named({ until: pool.now() + 9_000 }));
    expect(pool.quota(b)?.until).toBe(pool.now() + 9_000);
    pool.wait(DAY);
    pool.settle(a, named({ until: pool.now() + 9_000 }));
    expect(pool.quota(b)?.until).toBeLessThan(pool.now());
  });

  test("are forgotten once somebody says whose they are", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(100_000);
    pool.settle({ ...a, quotaProject: "mine" }, named());
    expect(pool.quota(b)?.until).toBeLessThan(pool.now());
  });
});

describe("a success of one", () => {
  test("while the other rests for its own refusal parts them", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(1_000);
    pool.settle(a, SUCCESS);
    expect(links(pool)).toEqual([]);
    expect(pool.quota(b)?.until).toBeGreaterThan(pool.now());
  });

  test("that began before the other's refusal proves nothing", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.settle(a, SUCCESS, { startedAt: pool.now() - 10_000 });
    expect(links(pool)).toEqual(["a b"]);
  });

  test("frees the one that rests for its sake alone, and they stay together", () => {
    const pool = aPool();
    refusedAlike(pool);
    pool.wait(100_000);
    pool.settle(a, named({ until: pool.now() + 60_000 }));
    pool.wait(1_000);
    pool.answer(a);
    expect(pool.quota(b)).toBeUndefined();
    expect(links(pool)).toEqual(["a b"]);
  });
});

describe("no link is made", () => {
  const told = (
    pool: Pool,
    ours: Partial<ReturnType<typeof named>>,
    theirs: Partial<ReturnType<typeof named>> = ours,
  ) => {
    pool.settle(a, SUCCESS);
    pool.settle(a, named(ours));
    pool.settle(b, named(theirs));
  };

  test("between keys that both were in use: each may be spent by itself", () => {
    const pool = aPool();
    pool.settle(b, SUCCESS);
    refusedAlike(pool);
    expect(links(pool)).toEqual([]);
  });

  test("between keys that both were unused: both are spent by somebody else", () => {
    const pool = aPool();
    pool.settle(a, named());
    pool.settle(b, named());
    expect(links(pool)).toEqual([]);
  });

  test("by a burst on a fresh key: its own calls have spent the minute", () => {
    const pool = aPool();
    pool.settle(a, SUCCESS);
    pool.settle(a, named());
    pool.settle(b, named(), { inFlightCount: 6 });
    expect(links(pool)).toEqual([]);
  });

  test("by parallel refusals of one key, of which only the first finds it unused", () => {
    const pool = aPool();
    const startedAt = pool.now();
    for (let time = 0; time < 2; time++) pool.settle(a, named({ until: startedAt + 30_000 + time }));
    pool.settle(b, named());
    expect(links(pool)).toEqual([]);
  });

  test("within a day where the other has been used today", () => {
    const pool = aPool();
    pool.settle(b, SUCCESS);
    pool.wait(3_600_000);
    told(pool, { reason: "daily-quota", window: { meter: "requests", period: "pacific-day" } });
    expect(links(pool)).toEqual([]);
  });

  test("for limits on tokens, without a name, and for other limits", () => {
    const tokens = aPool();
    told(tokens, { window: { meter: "input-tokens", period: "minute" } });
    expect(links(tokens)).toEqual([]);
    const spent = aPool();
    told(spent, { reason: "quota" });
    expect(links(spent)).toEqual([]);
    const { quotaId: _nameless, ...nameless } = named();
    const pool = aPool();
    pool.settle(a, SUCCESS);
    pool.settle(a, nameless);
    pool.settle(b, nameless);
    expect(links(pool)).toEqual([]);
  });

  test("for different limits, and after more than ten seconds", () => {
    const pool = aPool();
    told(pool, { quotaId: "one" }, { quotaId: "two" });
    expect(links(pool)).toEqual([]);
    const slow = aPool();
    slow.settle(a, SUCCESS);
    slow.settle(a, named());
    slow.wait(10_001);
    slow.settle(b, named());
    expect(links(slow)).toEqual([]);
  });

  test("with a key whose project is known, with a login, or on another backend", () => {
    const strangers = [
      anAccount({ id: "b", quotaProject: "p" }),
      anAccount({ id: "b", consumer: "projects/1" }),
      anAccount({ id: "b", credential: "oauth" }),
      aSeat({ id: "b" }),
    ];
    for (const stranger of strangers) {
      const pool = pupil(a, stranger);
      pool.settle(a, SUCCESS);
      pool.settle(a, named());
      pool.settle(stranger, named());
      expect([...pool.state.links.keys()]).toEqual([]);
    }
  });
});

test("a key is never linked with itself", () => {
  const pool = aPool();
  pool.settle(a, named({ until: pool.now() + 1_000 }));
  pool.wait(2_000);
  pool.settle(a, named());
  expect(links(pool)).toEqual([]);
});

test("a key whose project is known is not linked, though the other was unused", () => {
  const labelled = anAccount({ id: "b", quotaProject: "p" });
  const pool = pupil(a, labelled);
  pool.settle(labelled, SUCCESS);
  pool.settle(a, named());
  pool.settle(labelled, named());
  expect(links(pool)).toEqual([]);
});

test("a link has one name, whichever way round", () => {
  expect(linkKey("b", "a")).toBe(linkKey("a", "b"));
});
