import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat, type World } from "../support/pool-world";
import { callsTo, deadNetwork, gaps, googleWith, labelled, poolKeys, SECOND, shown } from "./parts";

/** Each gap at least as long as the one before, and the last one longer than the first. */
function grow(times: readonly number[]) {
  const between = gaps(times);
  expect(between.toSorted((a, b) => a - b)).toEqual([...between]);
  expect(between.at(-1)).toBeGreaterThan(between[0] ?? 0);
}

describe("a connection that is refused", () => {
  for (const [random, accounts] of [
    [0.5, ["k1"]],
    [0.999, labelled(5)],
  ] as const) {
    test(`${accounts.length} keys: six calls at most with growing gaps, and within 30 s an error that says network`, async () => {
      const dead = deadNetwork(() => world.clock.now());
      const world: World = poolWorld({
        accounts: poolKeys(accounts),
        google: googleWith(accounts),
        fetch: () => dead.fetch,
        random,
      });
      const began = world.clock.now();
      const reply = await world.clock.finish(world.start(), 30 * SECOND);
      expect(dead.at.length).toBeLessThanOrEqual(6);
      expect(dead.at.length).toBeGreaterThan(1);
      grow(dead.at);
      expect(world.clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
      const told = await shown(world, reply);
      const words = expect.stringContaining("Google could not be reached");
      expect(told).toMatchObject({ status: 503, retryAfterMs: 10_000, text: words });
    });
  }

  test("is nobody's bad health, and counts as nobody's request", async () => {
    const dead = deadNetwork(() => world.clock.now());
    const world: World = poolWorld({ accounts: [key("one"), key("two")], google: GOOGLE, fetch: () => dead.fetch });
    await world.ask();
    for (const { successFraction } of world.state.current().health.values()) expect(successFraction).toBe(1);
    expect(world.state.usage(world.clock.now()).size).toBe(0);
    expect(world.state.current().parked.size).toBe(0);
  });

  test("once is no more than a hiccup", async () => {
    let calls = 0;
    const world: World = poolWorld({
      accounts: [key("one")],
      google: GOOGLE,
      fetch: (inner) => (url, init) => (calls++ === 0 ? Promise.reject(new TypeError("ECONNRESET")) : inner(url, init)),
    });
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(calls).toBe(2);
  });
});

describe("a token endpoint that is down", () => {
  test("is asked six times at most, and the error within 30 s says that it is the login service", async () => {
    const world = poolWorld({
      accounts: [seat()],
      google: { ...GOOGLE, faults: [{ on: { path: "token" as const }, answer: "oauth_server_error" }] },
      random: 0.999,
    });
    const began = world.clock.now();
    const told = await shown(world, await world.clock.finish(world.start(), 30 * SECOND));
    expect(world.google.calls.map(({ path }) => path)).toEqual(Array(world.google.calls.length).fill("token"));
    expect(world.google.calls.length).toBeLessThanOrEqual(6);
    expect(world.clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
    expect(told.text).toContain("login service");
  });

  test("whose connection is refused: the same, with growing gaps", async () => {
    const at: number[] = [];
    const world: World = poolWorld({
      accounts: [seat()],
      google: GOOGLE,
      fetch: (inner) => async (url, init) => {
        if (!url.endsWith("/token")) return inner(url, init);
        at.push(world.clock.now());
        throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
      },
    });
    const began = world.clock.now();
    const told = await shown(world, await world.clock.finish(world.start(), 30 * SECOND));
    expect(at.length).toBeLessThanOrEqual(6);
    expect(gaps(at).toSorted((a, b) => a - b)).toEqual([...gaps(at)]);
    expect(world.clock.now() - began).toBeLessThanOrEqual(30 * SECOND);
    expect(told.text).toContain("could not be reached");
    expect(world.state.current().parked.size).toBe(0);
  });

  test("for half an hour of requests costs no storm", async () => {
    const world = poolWorld({
      accounts: [seat()],
      google: { ...GOOGLE, faults: [{ on: { path: "token" as const }, answer: "oauth_server_error" }] },
    });
    for (let turn = 0; turn < 180; turn++) {
      expect(await world.ask({ session: `s${turn}` })).toBe("refused network");
      await world.clock.advance(10 * SECOND);
    }
    // One try in ten seconds.
    expect(world.google.calls.length).toBeLessThanOrEqual(181);
  });
});

describe("twenty-six accounts that are all out", () => {
  const labels = labelled(26);
  const out = (answer: string, changes = {}) =>
    poolWorld({
      accounts: poolKeys(labels),
      google: { ...googleWith(labels), faults: [{ answer, with: changes }] },
    });

  test("cost twenty-six calls and no waiting; the next request costs none", async () => {
    const world = out("gl_429_free_rpm", { retryDelaySeconds: 40 });
    expect(await world.ask()).toBe("refused limited until 12:00:40");
    expect(world.google.said().length).toBe(26);
    expect(new Set(world.google.calls.map(({ account }) => account)).size).toBe(26);
    expect(world.clock.slept).toEqual([]);
    for (const session of ["b", "c"]) expect(await world.ask({ session })).toBe("refused limited until 12:00:40");
    expect(world.google.said().length).toBe(26);
  });

  test("without a word of why cost three: it is the backend's", async () => {
    const world = out("gl_429_bare");
    expect(await world.ask()).toBe("refused busy until 12:00:10");
    expect(world.google.said().length).toBe(3);
  });

  test("asked by twenty conversations at once: each account a few times, not twenty", async () => {
    const world = out("gl_429_free_rpm", { retryDelaySeconds: 40 });
    const sessions = Array.from({ length: 20 }, (_, index) => world.start({ session: `s${index}` }));
    const replies = await world.clock.finish(Promise.all(sessions), 30 * SECOND);
    expect(replies.map(({ kind }) => kind)).toEqual(Array(20).fill("refused"));
    expect(world.google.said().length).toBeLessThanOrEqual(2 * 26);
  });
});

describe("empty answers", () => {
  for (const answer of ["empty", "other-empty", "sse_empty_no_finish"]) {
    test(`${answer}: once more here, once elsewhere, then the host is told with a broken stream`, async () => {
      const labels = labelled(5);
      const world = poolWorld({ accounts: poolKeys(labels), google: { ...googleWith(labels), faults: [{ answer }] } });
      expect(await world.ask()).toBe("refused broken");
      expect(labels.map((label) => callsTo(world, label).length).toSorted()).toEqual([0, 0, 0, 1, 2]);
      expect(world.state.current().cooldowns.size).toBe(0);
    });
  }

  test("one that opencode repeats for ever is stopped after ten calls in twenty seconds", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const said: string[] = [];
    for (let turn = 0; turn < 15; turn++) {
      said.push((await world.ask()).slice(0, 12));
      await world.clock.advance(500);
    }
    expect(said).toEqual([...Array(10).fill("200 Hello fr"), ...Array(5).fill("refused loop")]);
    expect(callsTo(world, "one").length).toBe(10);
  });

  test("a request that sits a limit out counts once, not each time it asks for an account", async () => {
    const faults = [
      {
        on: { account: "one" },
        calls: [1, 3, 5, 7, 9, 11, 13, 15],
        answer: "ca_429_rate_limit_exceeded_no_retryinfo",
        with: { resetDelaySeconds: 1 },
      },
    ];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    for (let turn = 0; turn < 8; turn++) expect(await world.ask({ session: "x" })).toStartWith("200 Hello from one");
  });
});

describe("many requests at once, while every account fails", () => {
  const labels = labelled(26);
  const asking = (world: World, count: number) =>
    Array.from({ length: count }, (_, n) =>
      world.start({ session: `s${n}`, body: { contents: [{ role: "user", parts: [{ text: `question ${n}.` }] }] } }),
    );
  const perRequest = ({ google }: World) => {
    const counts = new Map<string, number>();
    for (const { body } of google.calls) {
      const asked = /question \d+\./.exec(body)?.[0] ?? "?";
      counts.set(asked, (counts.get(asked) ?? 0) + 1);
    }
    return [...counts.values()];
  };

  for (const answer of ["gl_503_overloaded", "gl_500_internal", "empty", "gl_429_bare"])
    test(`${answer}: none makes more than six calls, and once the budget is spent none more than its own and one on credit`, async () => {
      const google = { ...googleWith(labels), faults: [{ answer }] };
      const world = poolWorld({ accounts: poolKeys(labels), google, latencyMs: 300 });
      await world.clock.finish(Promise.all(asking(world, 12)), 120 * SECOND);
      expect(Math.max(...perRequest(world))).toBeLessThanOrEqual(6);
      // Twelve first calls, twelve on credit, and what the budget of about a dozen repeats and the seconds of waiting pay for.
      expect(world.google.calls.length).toBeLessThanOrEqual(60);
    });

  test("one after another: an empty answer is asked for three times at most", async () => {
    const world = poolWorld({
      accounts: poolKeys(labels),
      google: { ...googleWith(labels), faults: [{ answer: "empty" }] },
    });
    const counts: number[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const before = world.google.calls.length;
      await world.ask({ session: `s${turn}` });
      counts.push(world.google.calls.length - before);
    }
    expect(Math.max(...counts)).toBe(3);
  });
});
