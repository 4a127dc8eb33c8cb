import { describe, expect, test } from "bun:test";
import type { Answer, HttpRequest } from "../../src/simulator/answer";
import { createGoogle } from "../../src/simulator/google";
import type { Scenario } from "../../src/simulator/scenario";

const NOON = Date.parse("2026-11-20T20:00:00Z");
const HOUR = 3_600_000;
const KEY = { label: "one", key: "AIza-example-1", project: "side" };
const SEAT = {
  label: "seat",
  refreshToken: "1//example",
  project: "work-1",
  user: "me",
  accessToken: "ya29.a",
  accessTokenSeconds: 90_000,
};

const keyCall = (letters = 10, model = "gemini-2.5-flash") => ({
  method: "POST",
  target: `/v1beta/models/${model}:generateContent`,
  headers: { "x-goog-api-key": KEY.key },
  body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "x".repeat(letters) }] }] }),
});
const seatCall = (verb = "generateContent") => ({
  method: "POST",
  target: `/v1internal:${verb}`,
  headers: { authorization: "Bearer ya29.a" },
  body: JSON.stringify({
    model: "gemini-2.5-pro",
    project: "work-1",
    request: { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
  }),
});
const bodyOf = ({ steps }: Answer) => JSON.parse(steps.map((step) => ("send" in step ? step.send : "")).join(""));
const detail = (answer: Answer, type: string) =>
  bodyOf(answer).error.details.find((one: { "@type": string }) => one["@type"].endsWith(type));

describe("tokens per minute", () => {
  const world = (more: Partial<Scenario> = {}): Scenario => ({
    accounts: [KEY],
    projects: { side: { quotas: [{ tpm: 300 }] } },
    ...more,
  });

  test("bodies count by their size, and the refusal names the limit as Google does", () => {
    const google = createGoogle(world(), NOON);
    expect(google.answer(keyCall(800), NOON).status).toBe(200);
    const refused = google.answer(keyCall(800), NOON + 1000);
    expect(refused).toMatchObject({ status: 429, name: "quota-tokens" });
    expect(detail(refused, "QuotaFailure").violations).toMatchObject([
      { quotaId: "GenerateContentInputTokensPerModelPerMinute-FreeTier", quotaValue: "300" },
    ]);
    expect(detail(refused, "RetryInfo").retryDelay).toBe("59s");
    expect(google.answer(keyCall(10), NOON + 2000).status).toBe(200);
    expect(google.answer(keyCall(800), NOON + 62_000).status).toBe(200);
  });

  test("a scripted usage counts instead of the size", () => {
    const replies = [{ when: { model: "gemini-2.5-pro" }, parts: [{ text: "x" }], usage: { promptTokenCount: 300 } }];
    const google = createGoogle(world({ replies }), NOON);
    expect(google.answer(keyCall(10, "gemini-2.5-pro"), NOON).status).toBe(200);
    expect(google.answer(keyCall(10, "gemini-2.5-pro"), NOON).name).toBe("quota-tokens");
    expect(google.answer(keyCall(10), NOON).status).toBe(200);
  });

  test("a paid project is refused by the paid name", () => {
    const google = createGoogle(world({ projects: { side: { tier: "paid", quotas: [{ tpm: 1 }] } } }), NOON);
    expect(detail(google.answer(keyCall(), NOON), "QuotaFailure").violations[0].quotaId).toBe(
      "GenerateContentPaidTierInputTokensPerModelPerMinute",
    );
  });
});

describe("windows of a person", () => {
  test("a day that had begun before is refused until its own end", () => {
    const users = { me: { quotas: [{ rpd: 2, usedToday: 2, dayEndsInSeconds: 5400 }] } };
    const google = createGoogle({ accounts: [SEAT], users }, NOON);
    expect(detail(google.answer(seatCall(), NOON), "ErrorInfo").metadata.quotaResetDelay).toBe("1h30m0s");
    expect(google.answer(seatCall(), NOON + 1.5 * HOUR).status).toBe(200);
  });

  test.each([
    ["quota-5h", { rp5h: 1 }, "5h0m0s"],
    ["quota-week", { rpw: 1, rpd: 5 }, "168h0m0s"],
  ])("%s", (name, rule, delay) => {
    const google = createGoogle({ accounts: [SEAT], users: { me: { quotas: [rule] } } }, NOON);
    expect(google.answer(seatCall(), NOON).status).toBe(200);
    const refused = google.answer(seatCall(), NOON);
    expect(refused.name).toBe(name);
    expect(detail(refused, "ErrorInfo")).toMatchObject({
      reason: "QUOTA_EXHAUSTED",
      metadata: { quotaResetDelay: delay },
    });
  });
});

describe("outages by schedule", () => {
  const accounts = [KEY, SEAT];
  const named = (scenario: Partial<Scenario>, call: HttpRequest, seconds: number) =>
    createGoogle({ accounts, ...scenario }, NOON).answer(call, NOON + seconds * 1000).name;

  test("it begins and ends when it says, counted from the scenario's start", () => {
    const outages = [{ fromSeconds: 10, toSeconds: 20, answer: "gl_503_overloaded" }];
    expect([9, 10, 19, 20].map((at) => named({ outages }, keyCall(), at))).toEqual([
      "ok",
      "gl_503_overloaded",
      "gl_503_overloaded",
      "ok",
    ]);
  });

  test.each([
    ["a backend", { backend: "code-assist" as const }, "ok", "refuse", "ok"],
    ["a model", { model: "gemini-2.5-pro" }, "ok", "refuse", "ok"],
    ["an account", { account: "one" }, "refuse", "ok", "ok"],
    ["every path", { path: "*" as const }, "refuse", "refuse", "refuse"],
    ["one path", { path: "quota" as const }, "ok", "ok", "refuse"],
  ])("%s alone is out", (_, fits, key, seat, quota) => {
    const outages = [{ fromSeconds: 0, toSeconds: 60, answer: "refuse", ...fits }];
    const calls = [keyCall(), seatCall(), seatCall("retrieveUserQuota")];
    expect(calls.map((call) => named({ outages }, call, 1))).toEqual([key, seat, quota]);
  });

  test("calls in an outage spend nothing, and a fault by number comes first", () => {
    const google = createGoogle(
      {
        accounts,
        projects: { side: { quotas: [{ rpm: 1 }] } },
        outages: [{ fromSeconds: 0, toSeconds: 10, answer: "gl_503_overloaded" }],
        faults: [{ calls: [2], answer: "gl_500_internal" }],
      },
      NOON,
    );
    expect([0, 1, 10, 11].map((at) => google.answer(keyCall(), NOON + at * 1000).name)).toEqual([
      "gl_503_overloaded",
      "gl_500_internal",
      "ok",
      "quota-minute",
    ]);
  });
});

test("instants are stated by the caller's clock where Google's was moved", () => {
  const google = createGoogle({ accounts: [SEAT], users: { me: { quotas: [{ rpd: 1 }] } } }, NOON);
  const callerNow = NOON + 1000 * HOUR;
  google.answer(seatCall(), NOON, callerNow);
  const refused = google.answer(seatCall(), NOON, callerNow);
  expect(Date.parse(detail(refused, "ErrorInfo").metadata.quotaResetTimeStamp)).toBe(callerNow + 24 * HOUR);
  const { buckets } = bodyOf(google.answer(seatCall("retrieveUserQuota"), NOON, callerNow));
  expect(Date.parse(buckets[0].resetTime)).toBe(callerNow + 24 * HOUR);
});
