import { describe, expect, test } from "bun:test";
import type { FaultRule, Scenario } from "../../src/simulator/scenario";
import { key, poolWorld, seat, secretOf, type World } from "../support/pool-world";
import { callsTo, cooling, HOUR, MINUTE, portrait, SECOND } from "./parts";

/** Three keys: `one` and `two` of project p, `three` of project q. Twenty requests a day in p, spent. */
const GOOGLE: Scenario = {
  accounts: [
    { label: "one", key: secretOf("one"), project: "p" },
    { label: "two", key: secretOf("two"), project: "p" },
    { label: "three", key: secretOf("three"), project: "q" },
  ],
  projects: { p: { number: "111111111111", quotas: [{ rpd: 20, usedToday: 20 }] }, q: { number: "222222222222" } },
};
const free: Scenario = { ...GOOGLE, projects: { p: { number: "111111111111" }, q: { number: "222222222222" } } };
const unlabelled = (label: string, more: object = {}) => key(label, { quotaProject: undefined, ...more });
const counts = (world: World) => ["one", "two", "three"].map((label) => callsTo(world, label).length);

describe("three keys in two projects, declared", () => {
  const declared = () => [
    key("one", { quotaProject: "p" }),
    key("two", { quotaProject: "p" }),
    key("three", { quotaProject: "q", priority: 1 }),
  ];

  test("a refusal per day of one benches both keys of its project after one call", async () => {
    const world = poolWorld({ accounts: declared(), google: GOOGLE });
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from three");
    expect(counts(world)).toEqual([1, 0, 1]);
    for (let hour = 0; hour < 19; hour++) {
      expect(await world.ask({ session: `h${hour}` })).toStartWith("200 Hello from three");
      await world.clock.advance(HOUR);
    }
    expect(counts(world)).toEqual([1, 0, 20]);
  });

  test("both are shown as resting, with one end and one quota", async () => {
    const world = poolWorld({ accounts: declared(), google: GOOGLE });
    await world.ask();
    const [one, two, three] = portrait(world).accounts;
    expect([one?.state, two?.state, three?.state]).toEqual(["cooling", "cooling", "available"]);
    expect(two?.until).toBe(one?.until ?? 0);
    expect(new Set([one?.quotaScope, two?.quotaScope, three?.quotaScope]).size).toBe(2);
  });

  test("other models of the project go on", async () => {
    const faults: FaultRule[] = [{ on: { model: "gemini-2.5-pro", account: "one" }, answer: "gl_429_free_rpd" }];
    const world = poolWorld({ accounts: declared(), google: { ...free, faults } });
    await world.ask({ session: "a" });
    expect(await world.ask({ session: "b", model: "gemini-2.5-flash" })).toMatch(/^200 Hello from (one|two)/);
  });

  test("all of both projects out: three keys cost two calls", async () => {
    const projects = { p: { quotas: [{ rpd: 1, usedToday: 1 }] }, q: { quotas: [{ rpd: 1, usedToday: 1 }] } };
    const world = poolWorld({ accounts: declared(), google: { ...GOOGLE, projects } });
    // Midnight in California.
    expect(await world.ask()).toBe("refused limited until 08:00:00");
    expect(world.google.said().length).toBe(2);
  });
});

describe("keys whose project Google itself has named in an error", () => {
  /** Refused once with the number of its project, some time ago. */
  const named = (label: string): FaultRule => ({
    on: { account: label, model: "gemini-2.5-flash" },
    calls: [1],
    answer: "gl_429_legacy_rate_limit",
    with: { limit: 60 },
  });

  test("are one quota from then on: a refusal of one benches the other without a call", async () => {
    const faults: FaultRule[] = [
      named("one"),
      named("two"),
      {
        on: { account: "one", model: "gemini-2.5-pro" },
        answer: "gl_429_free_rpd",
        with: { retryDelaySeconds: 7_200 },
      },
    ];
    const accounts = [unlabelled("one"), unlabelled("two"), unlabelled("three", { priority: 1 })];
    const world = poolWorld({ accounts, google: { ...free, faults } });
    expect(await world.ask({ session: "a", model: "gemini-2.5-flash" })).toStartWith("200 Hello from three");
    expect(counts(world)).toEqual([1, 1, 1]);
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from three");
    expect(counts(world)).toEqual([2, 1, 2]);
    await world.clock.advance(HOUR);
    expect(await world.ask({ session: "c" })).toStartWith("200 Hello from three");
    expect(counts(world)).toEqual([2, 1, 3]);
    const scopes = portrait(world).accounts.map(({ quotaScope }) => quotaScope);
    expect(scopes[1]).toBe(scopes[0] ?? "");
    expect(scopes[2]).not.toBe(scopes[0] ?? "");
  });

  test("are parked together when their project has the API switched off", async () => {
    const faults: FaultRule[] = [
      named("one"),
      named("two"),
      { on: { account: "one", model: "gemini-2.5-pro" }, answer: "gl_403_service_disabled" },
    ];
    const accounts = [unlabelled("one"), unlabelled("two"), unlabelled("three", { priority: 1 })];
    const world = poolWorld({ accounts, google: { ...free, faults } });
    await world.ask({ session: "a", model: "gemini-2.5-flash" });
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from three");
    expect([...world.state.current().parked.keys()].sort()).toEqual(["k-one", "k-two"]);
    expect(callsTo(world, "two").length).toBe(1);
  });

  test("are no longer of one project once the key of one was replaced: what the old project spends is not its own", async () => {
    const out: FaultRule = { on: { account: "two", model: "gemini-2.5-pro" }, answer: "gl_429_free_rpd" };
    const accounts = [unlabelled("one"), unlabelled("two", { priority: -1 })];
    const world = poolWorld({ accounts, google: { ...free, faults: [named("one"), named("two"), out] } });
    await world.ask({ session: "a", model: "gemini-2.5-flash" });
    const replaced = { kind: "api-key", key: secretOf("three") } as const;
    await world.store.update([{ type: "replace-credential", id: "k-one", credential: replaced }]);
    expect(await world.ask({ session: "b" })).toStartWith("200 Hello from three");
    const scopes = portrait(world).accounts.map(({ quotaScope }) => quotaScope);
    expect(scopes[0]).not.toBe(scopes[1] ?? "");
  });
});

describe("two keys of which nobody said whose they are", () => {
  const PER_MINUTE = { p: { quotas: [{ rpm: 2 }] } };
  const accounts = () => [unlabelled("one"), unlabelled("two"), unlabelled("three", { priority: 1 })];

  /** `one` spends the minute of the project; `two`, unused, is refused for it too. */
  async function refusedAlike() {
    const world = poolWorld({ accounts: accounts(), google: { ...GOOGLE, projects: PER_MINUTE } });
    for (const session of ["home", "home"]) expect(await world.ask({ session })).toStartWith("200 Hello from one");
    await world.clock.advance(2 * SECOND);
    expect(await world.ask({ session: "home" })).toStartWith("200 Hello from three");
    expect(counts(world)).toEqual([3, 1, 1]);
    return world;
  }

  test("refused alike though one was never used: from then on a refusal of one benches both", async () => {
    const world = await refusedAlike();
    const before = counts(world);
    await world.clock.advance(5 * MINUTE);
    // Both are free again; the project's minute is spent once more.
    for (let turn = 0; turn < 4; turn++) await world.ask({ session: `again ${turn}` });
    const [one = 0, two = 0] = counts(world).map((count, index) => count - (before[index] ?? 0));
    expect(one + two).toBeLessThanOrEqual(3);
    expect(cooling(world)).toHaveProperty(["quota:gemini-api/account-k-one:gemini-2.5-pro"]);
    expect(cooling(world)).toHaveProperty(["quota:gemini-api/account-k-two:gemini-2.5-pro"]);
  });

  test("the guess fades after a day", async () => {
    const world = await refusedAlike();
    expect(world.state.current().links.size).toBe(1);
    await world.clock.advance(25 * HOUR);
    const faults: FaultRule[] = [{ on: { account: "one" }, answer: "gl_429_free_rpd" }];
    const { google } = poolWorld({ accounts: [], google: { ...free, faults } });
    const later = poolWorld({ accounts: accounts(), google: free, after: { ...world, google } });
    expect(await later.ask({ session: "next day" })).toStartWith("200 Hello from two");
    expect(counts(later)).toEqual([1, 1, 0]);
  });

  test("the guess is over once one answers while the other is still out", async () => {
    const minute = (account: string, calls: number[], seconds: number): FaultRule => ({
      on: { account },
      calls,
      answer: "gl_429_free_rpm",
      with: { retryDelaySeconds: seconds, limit: 60 },
    });
    const faults = [minute("one", [2, 3], 50), minute("two", [1], 20)];
    const world = poolWorld({ accounts: accounts(), google: { ...free, faults } });
    for (const session of ["home", "home"]) await world.ask({ session });
    expect(world.state.current().links.size).toBe(1);
    await world.clock.advance(25 * SECOND);
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from two");
    expect(world.state.current().links.size).toBe(0);
    await world.clock.advance(30 * SECOND);
    for (const session of ["b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
    expect(counts(world)).toEqual([3, 4, 1]);
  });

  test("both used, and both refused within seconds, are no such thing: two projects have the same limits", async () => {
    const projects = { p: { quotas: [{ rpm: 1 }] }, q: { quotas: [{ rpm: 1 }] } };
    const world = poolWorld({ accounts: [unlabelled("one"), unlabelled("three")], google: { ...GOOGLE, projects } });
    for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200");
    await world.clock.advance(SECOND);
    expect(await world.ask({ session: "c" })).toStartWith("refused limited");
    expect(world.state.current().links.size).toBe(0);
  });
});

test("two logins of one person are one quota, whatever project they name", async () => {
  const login = {
    refreshToken: "1//example-refresh",
    client: { id: "own-client.apps.example", secret: "own-client-secret" },
  };
  const google: Scenario = {
    accounts: [
      { label: "seat", ...login, project: "work-123", user: "worker" },
      { label: "again", ...login, refreshToken: "1//example-again", project: "work-456", user: "worker" },
      { label: "three", key: secretOf("three") },
    ],
    users: { worker: { quotas: [{ rpd: 5, usedToday: 5 }] } },
  };
  const again = seat({ id: "s-again", label: "again", project: "work-456" });
  const second = { ...again, credential: { ...again.credential, refreshToken: "1//example-again" } };
  const world = poolWorld({ accounts: [seat(), second as typeof again, key("three", { priority: 1 })], google });
  for (const session of ["a", "b"]) expect(await world.ask({ session })).toStartWith("200 Hello from three");
  expect(callsTo(world, "seat").length + callsTo(world, "again").length).toBe(1);
});
