import { describe, expect, test } from "bun:test";
import { quotaTable } from "../../src/view/quota";
import { statusJson } from "../../src/view/status-json";
import { aCooldown } from "../support/builders";
import { GOOGLE } from "../support/google-world";
import { key, poolWorld, seat } from "../support/pool-world";
import { always, answeredBy, callsTo, cooling, HOUR, portrait, refusalOf, SECOND } from "./parts";

describe("a bare 429", () => {
  for (const answer of ["gl_429_bare", "gl_429_help_only"]) {
    test(`${answer}: the key is usable again within 10 s, and one success makes all good`, async () => {
      const faults = [{ on: { account: "one" }, calls: [1], answer }];
      const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
      expect(await world.ask({ session: "a" })).toBe("refused limited until 12:00:10");
      await world.clock.advance(10 * SECOND);
      expect(await world.ask({ session: "b" })).toStartWith("200 Hello from one");
      expect(cooling(world)).toEqual({});
      expect(callsTo(world, "one").length).toBe(2);
    });
  }

  test("is not repeated before that, by whomever", async () => {
    const faults = [{ on: { account: "one" }, calls: [1], answer: "gl_429_bare" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    await world.ask({ session: "a" });
    await world.clock.advance(7_900);
    expect(await world.ask({ session: "b" })).toBe("refused limited until 12:00:10");
    expect(callsTo(world, "one").length).toBe(1);
  });

  test("of the next day starts again at 10 s: what was counted up is forgotten with a success", async () => {
    const faults = [{ on: { account: "one" }, calls: [1, 2, 4], answer: "gl_429_bare" }];
    const world = poolWorld({ accounts: [key("one")], google: { ...GOOGLE, faults } });
    expect(await world.ask({ session: "a" })).toBe("refused limited until 12:00:10");
    await world.clock.advance(10 * SECOND);
    expect(await world.ask({ session: "b" })).toBe("refused limited until 12:00:40");
    await world.clock.advance(30 * SECOND);
    expect(await world.ask({ session: "c" })).toStartWith("200");
    expect(await world.ask({ session: "d" })).toBe("refused limited until 12:00:50");
  });
});

describe("quota says 95 %, the refusal says nine hours", () => {
  const google = {
    ...GOOGLE,
    users: { worker: { quotas: [{ rpd: 100, usedToday: 5 }] } },
    faults: [
      {
        on: { account: "seat", model: "gemini-2.5-pro" },
        calls: { from: 2 },
        answer: "ca_429_quota_exhausted_5h",
        with: { resetDelaySeconds: 33_740 },
      },
    ],
  };
  const refused = async () => {
    const world = poolWorld({ accounts: [seat(), key("two", { priority: 1 })], google });
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from seat");
    const quotas = portrait(world).accounts[0]?.quotas ?? [];
    expect(quotas.find(({ group }) => group === "pro")?.remainingFraction).toBeCloseTo(0.95, 1);
    await world.clock.advance(SECOND);
    expect(await world.ask({ session: "a" })).toStartWith("200 Hello from two");
    return world;
  };

  test("it is left alone for nine hours and not a moment longer", async () => {
    const world = await refused();
    for (let hour = 0; hour < 9; hour++) {
      expect(await world.ask({ session: `h${hour}` })).toStartWith("200 Hello from two");
      await world.clock.advance(HOUR);
    }
    expect(callsTo(world, "seat").length).toBe(2);
    await world.clock.advance(33_740 * SECOND - 9 * HOUR);
    await world.ask({ session: "late" });
    expect(callsTo(world, "seat").length).toBe(3);
  });

  test("the refusal outranks the reading, with its own end, and says nothing of other models", async () => {
    const world = await refused();
    const [shown] = statusJson(portrait(world)).accounts;
    const until = world.clock.now() + 33_740 * SECOND;
    expect(shown?.cooldowns).toEqual([{ scope: "model:pro", reason: "quota", until, source: "server" }]);
    const groups = Object.fromEntries(shown?.quotas.map(({ group, ...rest }) => [group, rest]) ?? []);
    expect(groups["pro"]).toMatchObject({ source: "refusal", remainingFraction: 0, resetAt: until });
    expect(groups["flash"]).toMatchObject({ source: "probe", remainingFraction: 0.95 });
  });

  test("both are shown once Google says again that something is left", async () => {
    const world = await refused();
    await world.clock.advance(SECOND);
    expect(await world.ask({ session: "small", model: "gemini-2.5-flash" })).toStartWith("200 Hello from seat");
    const table = quotaTable(portrait(world), (at) => new Date(at).toISOString().slice(11, 16)).join("\n");
    expect(table).toContain("pro: quota used up, back 21:22");
    expect(table).toMatch(/\bpro\b.* 9[45] %/);
  });
});

describe("a limit that is over", () => {
  test("in what is stored holds nobody back", async () => {
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE });
    const now = world.clock.now();
    const scope = { kind: "quota" as const, quotaScope: "gemini-api/of-one", group: "gemini-2.5-pro" };
    world.state.apply([
      { type: "cooldown.set", cooldown: aCooldown({ scope, reason: "quota", since: now - HOUR, until: now - 1 }) },
    ]);
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.clock.now()).toBe(now);
  });

  test("in Google's own words is asked again at once", async () => {
    let calls = 0;
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "QUOTA_EXHAUSTED",
        domain: "cloudcode-pa.googleapis.com",
        metadata: { quotaResetTimeStamp: "2026-11-20T11:59:00Z" },
      },
    ];
    const fetch = answeredBy(() =>
      calls++ === 0 ? refusalOf(429, "RESOURCE_EXHAUSTED", "Out of quota.", details) : undefined,
    );
    const world = poolWorld({ accounts: [key("one")], google: GOOGLE, fetch });
    const began = world.clock.now();
    expect(await world.ask()).toStartWith("200 Hello from one");
    expect(world.clock.now()).toBe(began);
    expect(calls).toBe(2);
  });
});

test("one account limited, one free, one parked: nobody is told that all are limited", async () => {
  const google = {
    ...GOOGLE,
    faults: [always("one", "gl_429_free_rpd"), always("seat", "ca_403_validation_required")],
  };
  const world = poolWorld({ accounts: [key("one"), seat(), key("two", { priority: 1 })], google });
  for (const session of ["a", "b", "c"]) expect(await world.ask({ session })).toStartWith("200 Hello from two");
  expect(portrait(world)).toMatchObject({ total: 3, usable: 1 });
});
