import { describe, expect, test } from "bun:test";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";

describe("one account after another", () => {
  test("an answer comes from the account that was picked, through either backend", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    expect(await world.ask()).toStartWith("200 Hello from one");
    const other = poolWorld({ accounts: [seat()], google: GOOGLE });
    expect(await other.ask()).toStartWith("200 Hello from seat");
    expect(other.google.calls.map(({ path }) => path)).toEqual(["token", "quota", "generate"]);
  });

  test("a refusal of 27 s with a second account free is a 200 without waiting", async () => {
    const faults = [
      { on: { account: "seat" }, answer: "ca_429_rate_limit_exceeded_no_retryinfo", with: { resetDelaySeconds: 27 } },
    ];
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    const began = world.clock.now();
    expect(await world.ask()).toStartWith("200 Hello from two");
    expect(world.clock.now()).toBe(began);
    expect(world.clock.slept).toEqual([]);
    expect(world.google.said()).toEqual(["seat: ca_429_rate_limit_exceeded_no_retryinfo", "two: ok"]);
  });

  test("what one request learnt the next one knows", async () => {
    const faults = [{ on: { account: "one" }, calls: [1], answer: "gl_429_free_rpm" }];
    const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    await world.ask();
    await world.ask({ session: "ses-2" });
    expect(world.google.said()).toEqual(["one: gl_429_free_rpm", "two: ok", "two: ok"]);
    await world.clock.advance(60_000);
    await world.ask({ session: "ses-3" });
    expect(world.google.said().at(-1)).toBe("one: ok");
  });

  test("two keys of one project are one quota: the second is not even asked", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_429_free_rpd" }];
    const shared = { quotaProject: "side" };
    const accounts = [key("one", shared), key("two", shared), key("three", { priority: 1 })];
    const google = { ...GOOGLE, accounts: [...GOOGLE.accounts, { label: "three", key: "AIza-example-three" }], faults };
    const world = poolWorld({ accounts, google });
    expect(await world.ask()).toStartWith("200 Hello from three");
    expect(world.google.said()).toEqual(["one: gl_429_free_rpd", "three: ok"]);
  });
});

describe("when nobody can answer", () => {
  test("the first to come back is named, and Google is not called", async () => {
    const faults = [
      { on: { account: "one" }, answer: "ca_429_quota_exhausted_5h", with: { resetDelaySeconds: 7200 } },
      { on: { account: "two" }, answer: "ca_429_quota_exhausted_5h", with: { resetDelaySeconds: 3600 } },
    ];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toBe("refused limited until 13:00:00");
    const calls = world.google.calls.length;
    expect(await world.ask({ session: "ses-2" })).toBe("refused limited until 13:00:00");
    expect(world.google.calls.length).toBe(calls);
  });

  test("an empty pool says so", async () => {
    expect(await poolWorld({ accounts: [], google: GOOGLE }).ask()).toBe("refused empty");
  });

  test("a wait of two seconds or less is sat out on the same account", async () => {
    const faults = [
      {
        on: { account: "one" },
        calls: [2],
        answer: "ca_429_rate_limit_exceeded_no_retryinfo",
        with: { resetDelaySeconds: 2 },
      },
    ];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    await world.ask();
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.clock.slept).toEqual([2_000]);
  });
});

describe("failures that are nobody's quota", () => {
  test("a bad request costs one call and comes back in Google's words", async () => {
    const faults = [{ answer: "gl_400_token_overflow" }];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toMatch(/^rejected 400: .*exceeds the maximum number of tokens/);
    expect(world.google.said().length).toBe(1);
  });

  test("a server that always fails for one account is asked twice, then the other answers", async () => {
    const faults = [{ on: { account: "one" }, answer: "gl_500_internal" }];
    const world = poolWorld({ accounts: [key("one"), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from two");
    expect(world.google.said()).toEqual(["one: gl_500_internal", "one: gl_500_internal", "two: ok"]);
    expect(world.state.current().cooldowns.size).toBe(0);
  });

  test("a dead network costs at most six calls with growing gaps and says network", async () => {
    let calls = 0;
    const dead = () => async () => {
      calls++;
      throw new TypeError("Unable to connect. Is the computer able to access the url?");
    };
    const world = poolWorld({ accounts: [key("one"), key("two"), key("three")], google: GOOGLE, fetch: dead });
    expect(await world.ask()).toBe("refused network");
    expect(calls).toBe(6);
    expect(world.clock.slept).toEqual([125, 250, 500, 1_000, 1_000]);
    expect(world.state.current().parked.size).toBe(0);
  });

  test("a busy model is asked on one other project, then waited for, and no account cools", async () => {
    const faults = [{ answer: "gl_503_overloaded" }];
    const world = poolWorld({ accounts: [key("one"), key("two"), key("three")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("refused busy");
    expect(world.google.said().length).toBeLessThanOrEqual(6);
    expect(world.clock.slept).toEqual([500, 1_000, 2_000]);
    expect([...world.state.current().cooldowns.keys()]).toEqual(["model:gemini-api:gemini-2.5-pro"]);
  });

  test("a ban ends the request, and the next one uses the other account", async () => {
    const faults = [{ on: { account: "seat" }, answer: "ca_403_tos_violation" }];
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toBe("refused banned");
    expect(await world.ask({ session: "ses-2" })).toStartWith("200 Hello from two");
    expect(world.state.current().parked.get("s-seat")?.state).toBe("banned");
  });

  test("a refused region ends the request and parks nobody", async () => {
    const faults = [{ answer: "ca_400_location" }];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toBe("refused egress");
    expect(world.google.said().length).toBe(1);
    expect(world.state.current().parked.size).toBe(0);
  });

  test("an account that needs a person is parked with its address and left for good", async () => {
    const faults = [{ on: { account: "seat" }, answer: "ca_403_validation_required" }];
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from two");
    await world.ask({ session: "ses-2" });
    expect(world.google.said().filter((call) => call.startsWith("seat"))).toHaveLength(1);
    expect(world.state.current().parked.get("s-seat")).toMatchObject({
      state: "needs-verification",
      url: expect.any(String),
    });
  });
});

describe("tokens", () => {
  test("a refused token is refreshed once and the call sent again", async () => {
    const faults = [
      { on: { account: "seat", path: "generate" as const }, calls: [1], answer: "any_401_unauthenticated" },
    ];
    const world = poolWorld({ accounts: [seat()], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from seat");
    expect(world.google.calls.map(({ path }) => path)).toEqual(["token", "quota", "generate", "token", "generate"]);
  });

  test("refused again, the account needs a login and another answers", async () => {
    const faults = [{ on: { account: "seat", path: "generate" as const }, answer: "any_401_unauthenticated" }];
    const world = poolWorld({ accounts: [seat(), key("one", { priority: 1 })], google: { ...GOOGLE, faults } });
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.state.current().parked.get("s-seat")?.state).toBe("needs-login");
    expect(world.google.said()).toHaveLength(3);
  });
});

describe("what is not a model call", () => {
  test("is sent once with a picked key and without the host's headers", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const headers = new Headers({ "x-session-id": "ses", "user-agent": "opencode", "x-goog-api-key": "gemini-pool" });
    const reply = await world.dispatch({ path: "/models", method: "GET", headers, body: undefined, signal: undefined });
    expect(reply).toMatchObject({ kind: "answered" });
    const [call] = world.google.calls;
    expect(call).toMatchObject({ path: "models", account: "one" });
    expect(Object.keys(call?.headers ?? {})).not.toContain("x-session-id");
    expect(call?.headers["user-agent"]).toStartWith("opencode-gemini-pool/");
  });
});

describe("an abort", () => {
  test("while an answer is awaited settles at once, counts against nobody and keeps the conversation where it is", async () => {
    const faults = [{ calls: [2], answer: "silent" }];
    const world = poolWorld({ accounts: [key("one"), key("two")], google: { ...GOOGLE, faults } });
    await world.ask();
    const before = world.state.current();
    const [health, binding] = [before.health.get("k-one"), before.bindings.get("ses-1")];
    const controller = new AbortController();
    const reply = world.start({ signal: controller.signal }).catch((error: Error) => error.name);
    await Promise.resolve();
    controller.abort();
    expect(await reply).toBe("AbortError");
    expect(world.state.current().health.get("k-one")).toEqual(health as never);
    expect(world.state.current().bindings.get("ses-1")).toEqual(binding as never);
    expect(world.pool.inFlight("k-one")).toBe(0);
  });
});

test("a call that a backend cannot do goes to an account that can", async () => {
  const world = poolWorld({ accounts: [seat(), key("one", { priority: 1 })], google: GOOGLE });
  await world.ask({
    model: "gemini-embedding-001",
    method: "embedContent",
    body: { content: { parts: [{ text: "x" }] } },
  });
  expect(world.google.calls.map(({ headers }) => headers["x-goog-api-key"])).toEqual(["AIza-example-one"]);
  const alone = poolWorld({ accounts: [seat()], google: GOOGLE });
  expect(await alone.ask({ method: "embedContent" })).toBe("refused person");
});
