import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ProbedQuota } from "../../src/core/quota/record";
import { createQuotaProbe } from "../../src/google/quota-probe";
import { USER_AGENT } from "../../src/google/user-agent";
import type { Access } from "../../src/ports/upstream";
import type { Fetch } from "../../src/ports/world";
import type { QuotaRule, Scenario } from "../../src/simulator/scenario";
import { aSeat, NOW } from "../support/builders";
import { googleFetch } from "../support/google-fetch";

const RESET = "2026-01-15T20:00:00Z";
const RESET_AT = Date.parse(RESET);
const HOUR_MS = 3_600_000;
const TOKEN = "ya29.example-probe";
const ACCESS: Access = { kind: "bearer", token: TOKEN };
const CODE_ASSIST = "https://seat.example";

function probing(answer: () => Response | Promise<Response>, codeAssist = CODE_ASSIST) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init });
    return answer();
  };
  const { probe } = createQuotaProbe({ fetch, codeAssist });
  return { calls, ask: (account = aSeat(), access = ACCESS, signal?: AbortSignal) => probe(account, access, signal) };
}

const said = (...buckets: unknown[]) => probing(() => Response.json({ buckets })).ask();

describe("the probe of quota asks", () => {
  test("once, for the account's project, with its token in a header and our own name", async () => {
    const { calls, ask } = probing(() => Response.json({ buckets: [] }));
    expect(await ask()).toEqual([]);
    expect(calls.length).toBe(1);
    expect(calls[0]?.url).toBe("https://seat.example/v1internal:retrieveUserQuota");
    expect(calls[0]?.init).toMatchObject({
      method: "POST",
      body: '{"project":"work-123"}',
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", "user-agent": USER_AGENT },
      redirect: "manual",
    });
  });

  test("at an endpoint that is written with its version too", async () => {
    const { calls, ask } = probing(() => Response.json({}), "https://seat.example/v1internal/");
    await ask();
    expect(calls[0]?.url).toBe("https://seat.example/v1internal:retrieveUserQuota");
  });

  test("nobody about other backends or with a key", async () => {
    const { calls, ask } = probing(() => Response.json({}));
    expect(await ask(aSeat({ backend: "gemini-api" }))).toEqual([]);
    expect(await ask(aSeat({ backend: "vertex" }))).toEqual([]);
    expect(await ask(aSeat(), { kind: "api-key", key: "AIza-example" })).toEqual([]);
    expect(calls.length).toBe(0);
  });
});

describe("the probe of quota reads", () => {
  test("one entry per group, the emptiest of its models", async () => {
    expect(
      await said(
        {
          modelId: "gemini-2.5-pro",
          tokenType: "REQUESTS",
          remainingFraction: 0.75,
          remainingAmount: "75",
          resetTime: RESET,
        },
        { modelId: "gemini-3-pro-preview_vertex", remainingFraction: 0.5, remainingAmount: "50", resetTime: RESET },
        { modelId: "gemini-2.5-flash", remainingFraction: 0.992, resetTime: RESET },
        { modelId: "models/gemini-2.5-flash-lite", remainingFraction: 0.995, resetTime: RESET },
        { modelId: "gemini-9-example", remainingFraction: 1, resetTime: RESET },
      ),
    ).toEqual([
      { group: "pro", remainingFraction: 0.5, remainingCount: 50, resetAt: RESET_AT },
      { group: "flash", remainingFraction: 0.992, resetAt: RESET_AT },
      { group: "gemini-9-example", remainingFraction: 1, resetAt: RESET_AT },
    ]);
  });

  test("in the groups that the account counts in", async () => {
    const buckets = [
      { modelId: "a", remainingFraction: 0.2 },
      { modelId: "b", remainingFraction: 0.1 },
    ];
    const { ask } = probing(() => Response.json({ buckets }));
    expect(await ask(aSeat({ modelGroups: { mine: ["a", "b"] } }))).toEqual([
      { group: "mine", remainingFraction: 0.1 },
    ]);
  });

  test("a dropped fraction as none left, unless an amount says otherwise", async () => {
    expect(await said({ modelId: "m", resetTime: RESET })).toEqual([
      { group: "m", remainingFraction: 0, resetAt: RESET_AT },
    ]);
    expect(await said({ modelId: "m", remainingAmount: "0" })).toEqual([
      { group: "m", remainingFraction: 0, remainingCount: 0 },
    ]);
    expect(await said({ modelId: "m", remainingAmount: "100" })).toEqual([]);
  });

  test("of two that are as empty, the one that comes back later", async () => {
    const early = { modelId: "gemini-2.5-pro", resetTime: RESET };
    const late = { modelId: "gemini-3-pro-preview", resetTime: "2026-01-16T20:00:00Z" };
    const none = { modelId: "gemini-3.1-pro-preview" };
    for (const order of [
      [early, late, none],
      [none, late, early],
      [late, none, early],
    ]) {
      expect(await said(...order)).toEqual([{ group: "pro", remainingFraction: 0, resetAt: RESET_AT + 24 * HOUR_MS }]);
    }
  });

  test("numbers as texts, and keeps fractions within 0 and 1", async () => {
    const fractions = await said(
      { modelId: "a", remainingFraction: "0.25" },
      { modelId: "b", remainingFraction: 7 },
      { modelId: "c", remainingFraction: -0.5 },
    );
    expect(fractions.map(({ remainingFraction }) => remainingFraction)).toEqual([0.25, 1, 0]);
  });

  test("nothing from a bucket that makes no sense, and no time or amount that is none", async () => {
    expect(
      await said(
        { remainingFraction: 1 },
        { modelId: 7, remainingFraction: 1 },
        { modelId: "two words", remainingFraction: 1 },
        { modelId: "a", remainingFraction: "lots" },
        { modelId: "a", remainingFraction: null },
        { modelId: "a", tokenType: "TOKENS", remainingFraction: 0.1 },
        null,
        7,
        [],
        { modelId: "b", remainingFraction: 1, resetTime: "soon", remainingAmount: "1.5" },
        { modelId: "c", remainingFraction: 1, resetTime: 7, remainingAmount: "-3" },
      ),
    ).toEqual([
      { group: "b", remainingFraction: 1 },
      { group: "c", remainingFraction: 1 },
    ]);
  });

  test("an empty list from a refusal, a page, a redirect, odd or cut JSON", async () => {
    const buckets = [{ modelId: "a", remainingFraction: 1 }];
    const odd: readonly (() => Response)[] = [
      () => new Response("<html>Room number?</html>"),
      () => new Response(""),
      () => new Response("null"),
      () => Response.json({ buckets: "x" }),
      () => Response.json({ buckets: { 0: buckets[0], length: 1 } }),
      () => Response.json([{ buckets }]),
      () => Response.json({}),
      () => Response.json({ buckets }, { status: 429 }),
      () => Response.json({ buckets }, { status: 500 }),
      () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } }),
      () => Response.json({ buckets, pad: "x".repeat(70_000) }),
      () => new Response(`[`.repeat(70_000)),
    ];
    for (const answer of odd) expect(await probing(answer).ask()).toEqual([]);
  });

  test("an empty list from a dead network, a broken body and a fetch that throws at once", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("reset")) });
    const rejects = () => Promise.reject(new TypeError("refused"));
    const throws = () => {
      throw new TypeError("refused");
    };
    for (const answer of [rejects, throws, () => new Response(broken)]) expect(await probing(answer).ask()).toEqual([]);
  });

  test("without a throw, whatever comes, and only what makes sense", async () => {
    const bucket = fc.dictionary(
      fc.constantFrom("modelId", "remainingFraction", "remainingAmount", "resetTime", "tokenType"),
      fc.oneof(fc.jsonValue(), fc.constantFrom("gemini-2.5-pro", "REQUESTS", RESET, "1e999", "-1", 0.5)),
    );
    const makesSense = ({ group, remainingFraction, remainingCount = 0, resetAt = 0 }: ProbedQuota) =>
      group !== "" &&
      remainingFraction >= 0 &&
      remainingFraction <= 1 &&
      remainingCount >= 0 &&
      Number.isFinite(resetAt);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(bucket, fc.jsonValue()), { maxLength: 8 }), async (buckets) => {
        const found = await said(...buckets);
        expect(found.every(makesSense)).toBe(true);
        expect(new Set(found.map(({ group }) => group)).size).toBe(found.length);
      }),
      { seed: 9, numRuns: 200 },
    );
  });
});

describe("the probe of quota at a Google with rules", () => {
  function world(quotas: readonly QuotaRule[], faults: Scenario["faults"] = []) {
    const seat = {
      label: "seat",
      refreshToken: "1//example-refresh",
      project: "work-123",
      accessToken: TOKEN,
      user: "worker",
    };
    const models = ["gemini-2.5-pro", "gemini-3-pro-preview", "gemini-2.5-flash", "gemini-9-example"];
    const google = googleFetch({ accounts: [seat], users: { worker: { quotas } }, models, faults }, () => NOW);
    const { probe } = createQuotaProbe({ fetch: google.fetch, codeAssist: CODE_ASSIST });
    return {
      calls: google.calls,
      ask: (signal?: AbortSignal, token = TOKEN) => probe(aSeat(), { kind: "bearer", token }, signal),
    };
  }

  test("tells what a seat has left, and that a spent group has nothing", async () => {
    const { ask } = world([
      { model: "pro", rpd: 100, usedToday: 25 },
      { model: "flash", rpd: 1_000, usedToday: 1_000 },
    ]);
    const found = await ask();
    expect(found).toMatchObject([
      { group: "pro", remainingFraction: 0.75, remainingCount: 75 },
      { group: "flash", remainingFraction: 0 },
      { group: "gemini-9-example", remainingFraction: 1 },
    ]);
    for (const { resetAt = 0 } of found) expect(resetAt).toBeGreaterThan(NOW);
  });

  test("says nothing where Google refuses it", async () => {
    expect(await world([]).ask(undefined, "ya29.example-unknown")).toEqual([]);
    for (const answer of ["ca_429_quota_exhausted_days", "ca_403_tos_violation", "html_502", "html_302_or_429_sorry"]) {
      expect(await world([], [{ on: { path: "quota" }, answer }]).ask()).toEqual([]);
    }
  });

  test("gives up when it is told to, before the call and while Google is silent", async () => {
    const before = world([]);
    expect(await before.ask(AbortSignal.abort())).toEqual([]);
    expect(before.calls.length).toBe(0);
    const silent = world([], [{ on: { path: "quota" }, answer: "silent" }]);
    const controller = new AbortController();
    const asked = silent.ask(controller.signal);
    controller.abort();
    expect(await asked).toEqual([]);
    expect(silent.calls.length).toBe(1);
  });
});
