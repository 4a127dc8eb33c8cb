import { describe, expect, test } from "bun:test";
import type { Answer } from "../../src/simulator/answer";
import { createGoogle } from "../../src/simulator/google";
import type { Scenario } from "../../src/simulator/scenario";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse("2026-11-20T20:00:00Z");
const MODEL = "gemini-2.5-flash";

const TWO_KEYS: Scenario = {
  accounts: [
    { label: "one", key: "AIza-example-1", project: "side" },
    { label: "two", key: "AIza-example-2", project: "side" },
    { label: "other", key: "AIza-example-3", project: "main" },
  ],
  projects: { side: { quotas: [{ rpm: 2, rpd: 5 }] } },
};
const SEAT: Scenario = {
  accounts: [
    {
      label: "laptop",
      refreshToken: "1//example-a",
      project: "work-1",
      user: "me",
      accessToken: "ya29.a",
      accessTokenSeconds: 90_000,
    },
    {
      label: "desk",
      refreshToken: "1//example-b",
      project: "work-1",
      user: "me",
      accessToken: "ya29.b",
      accessTokenSeconds: 90_000,
    },
  ],
  users: { me: { quotas: [{ model: "pro", rpm: 1, rpd: 2 }] } },
};

const CONTENTS = [{ role: "user", parts: [{ text: "hi" }] }];
const keyCall = (key: string, more: { model?: string; body?: unknown; verb?: string } = {}) => ({
  method: "POST",
  target: `/v1beta/models/${more.model ?? MODEL}:${more.verb ?? "generateContent"}`,
  headers: { "x-goog-api-key": key },
  body: JSON.stringify(more.body ?? { contents: CONTENTS }),
});
const seatCall = (token: string, more: { verb?: string; outer?: object } = {}) => ({
  method: "POST",
  target: `/v1internal:${more.verb ?? "generateContent"}`,
  headers: { authorization: `Bearer ${token}` },
  body: JSON.stringify({ model: "gemini-2.5-pro", project: "work-1", request: { contents: CONTENTS }, ...more.outer }),
});

const bodyOf = ({ steps }: Answer) => JSON.parse(steps.map((step) => ("send" in step ? step.send : "")).join(""));
const detail = (answer: Answer, type: string) =>
  bodyOf(answer).error.details.find((one: { "@type": string }) => one["@type"].endsWith(type));

describe("quota of a project", () => {
  test("two keys of one project spend the same minute; a third elsewhere does not", () => {
    const google = createGoogle(TWO_KEYS, NOON);
    expect(google.answer(keyCall("AIza-example-1"), NOON).status).toBe(200);
    expect(google.answer(keyCall("AIza-example-2"), NOON + 1000).status).toBe(200);
    expect(google.answer(keyCall("AIza-example-1"), NOON + 2000).status).toBe(429);
    expect(google.answer(keyCall("AIza-example-2"), NOON + 2000).status).toBe(429);
    expect(google.answer(keyCall("AIza-example-3"), NOON + 2000).status).toBe(200);
  });

  test("each model has its own", () => {
    const google = createGoogle(TWO_KEYS, NOON);
    for (const _ of [1, 2]) google.answer(keyCall("AIza-example-1"), NOON);
    expect(google.answer(keyCall("AIza-example-1", { model: "gemini-2.5-pro" }), NOON).status).toBe(200);
  });

  test("a minute's refusal names limit and model, and who waits as long as it says is let in", () => {
    const google = createGoogle(TWO_KEYS, NOON);
    for (const _ of [1, 2]) google.answer(keyCall("AIza-example-1"), NOON);
    const refused = google.answer(keyCall("AIza-example-1"), NOON + 12_345);
    expect(detail(refused, "QuotaFailure").violations).toEqual([
      {
        quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
        quotaDimensions: { location: "global", model: MODEL },
        quotaValue: "2",
      },
    ]);
    expect(bodyOf(refused).error.message).toContain("Please retry in 47.655s.");
    const wait = Number.parseInt(detail(refused, "RetryInfo").retryDelay, 10) * 1000;
    expect(wait).toBe(48_000);
    expect(google.answer(keyCall("AIza-example-1"), NOON + 12_345 + wait).status).toBe(200);
  });

  const spendDay = (google: ReturnType<typeof createGoogle>, now: number) => {
    for (let call = 0; call < 5; call += 1) google.answer(keyCall("AIza-example-1"), now + call * 2 * MINUTE);
  };

  test.each([
    ["winter", "2026-11-20T20:00:00Z", "2026-11-21T08:00:00Z"],
    ["summer", "2026-07-01T20:00:00Z", "2026-07-02T07:00:00Z"],
    ["the night the clocks go forward", "2026-03-08T09:00:00Z", "2026-03-09T07:00:00Z"],
    ["the night the clocks go back", "2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z"],
  ])("the day ends at midnight in California: %s", (_, start, midnight) => {
    const google = createGoogle(TWO_KEYS, Date.parse(start));
    spendDay(google, Date.parse(start));
    const late = Date.parse(midnight) - 1000;
    const refused = google.answer(keyCall("AIza-example-2"), late);
    expect(detail(refused, "QuotaFailure").violations[0].quotaId).toBe(
      "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
    );
    expect(detail(refused, "RetryInfo").retryDelay).toBe("1s");
    expect(google.answer(keyCall("AIza-example-2"), late + 1000).status).toBe(200);
  });

  test("a scenario can make the day's refusal state a short wait, as real ones do", () => {
    const google = createGoogle({ ...TWO_KEYS, dayRetrySeconds: 36 }, NOON);
    spendDay(google, NOON);
    expect(detail(google.answer(keyCall("AIza-example-1"), NOON + HOUR), "RetryInfo").retryDelay).toBe("36s");
  });

  test("a paid project is refused by the paid limits' names", () => {
    const scenario: Scenario = {
      accounts: [{ label: "paid", key: "AIza-example-9", project: "p" }],
      projects: { p: { tier: "paid", quotas: [{ rpm: 0 }] } },
    };
    const refused = createGoogle(scenario, NOON).answer(keyCall("AIza-example-9"), NOON);
    const [violation] = detail(refused, "QuotaFailure").violations;
    expect(violation.quotaId).toBe("GenerateRequestsPerMinutePerProjectPerModel");
    expect(violation).not.toHaveProperty("quotaValue");
  });

  test("requests already spent today count", () => {
    const scenario: Scenario = { ...TWO_KEYS, projects: { side: { quotas: [{ rpd: 20, usedToday: 20 }] } } };
    expect(createGoogle(scenario, NOON).answer(keyCall("AIza-example-1"), NOON).name).toBe("quota-day");
  });

  test("counting tokens and listing models spend nothing", () => {
    const google = createGoogle({ ...TWO_KEYS, projects: { side: { quotas: [{ rpm: 1 }] } } }, NOON);
    for (const _ of [1, 2, 3])
      expect(google.answer(keyCall("AIza-example-1", { verb: "countTokens" }), NOON).status).toBe(200);
    expect(google.answer(keyCall("AIza-example-1"), NOON).status).toBe(200);
  });
});

describe("quota of a person", () => {
  test("two logins of one person and all models of a group spend the same", () => {
    const google = createGoogle(SEAT, NOON);
    expect(google.answer(seatCall("ya29.a"), NOON).status).toBe(200);
    const refused = google.answer(seatCall("ya29.b", { outer: { model: "gemini-3-pro-preview" } }), NOON + 20_500);
    const info = detail(refused, "ErrorInfo");
    expect(info.reason).toBe("RATE_LIMIT_EXCEEDED");
    expect(info.metadata.quotaResetDelay).toBe("39.5s");
    expect(Date.parse(info.metadata.quotaResetTimeStamp)).toBe(NOON + MINUTE);
    expect(detail(refused, "RetryInfo").retryDelay).toBe("39.5s");
    expect(google.answer(seatCall("ya29.b", { outer: { model: "gemini-2.5-flash" } }), NOON).status).toBe(200);
  });

  test("the day is 24 h from the first request", () => {
    const google = createGoogle(SEAT, NOON);
    for (const at of [NOON, NOON + HOUR]) expect(google.answer(seatCall("ya29.a"), at).status).toBe(200);
    const refused = google.answer(seatCall("ya29.a"), NOON + 2 * HOUR);
    expect(detail(refused, "ErrorInfo")).toMatchObject({
      reason: "QUOTA_EXHAUSTED",
      metadata: { quotaResetDelay: "22h0m0s" },
    });
    expect(bodyOf(refused).error.message).toEndWith("reset after 22h0m0s.");
    expect(google.answer(seatCall("ya29.a"), NOON + 24 * HOUR).status).toBe(200);
  });

  test("what is left shows in retrieveUserQuota; nothing left shows as no fraction", () => {
    const google = createGoogle(SEAT, NOON);
    const left = (at: number) =>
      bodyOf(google.answer(seatCall("ya29.a", { verb: "retrieveUserQuota" }), at)).buckets.find(
        ({ modelId }: { modelId: string }) => modelId === "gemini-2.5-pro",
      );
    google.answer(seatCall("ya29.a"), NOON);
    expect(left(NOON + HOUR)).toEqual({
      resetTime: "2026-11-21T20:00:00Z",
      tokenType: "REQUESTS",
      modelId: "gemini-2.5-pro",
      remainingFraction: 0.5,
      remainingAmount: "1",
    });
    google.answer(seatCall("ya29.a"), NOON + HOUR);
    expect(left(NOON + HOUR)).toEqual({
      resetTime: "2026-11-21T20:00:00Z",
      tokenType: "REQUESTS",
      modelId: "gemini-2.5-pro",
    });
  });
});

describe("credentials", () => {
  test.each([
    ["an unknown key", keyCall("AIza-example-nobody"), 400, "gl_400_api_key_invalid"],
    ["an unknown key of the newer kind", keyCall("AQ.example-nobody"), 401, "any_401_access_token_type_unsupported"],
    ["no key", { ...keyCall(""), headers: {} }, 403, "gl_403_no_identity"],
    [
      "a key in the query",
      { ...keyCall(""), headers: {}, target: `/v1beta/models/${MODEL}:generateContent?key=AIza-example-1` },
      403,
      "gl_403_no_identity",
    ],
    ["an unknown token", seatCall("ya29.nobody"), 401, "any_401_unauthenticated"],
  ])("%s", (_, call, status, name) => {
    const answer = createGoogle(TWO_KEYS, NOON).answer(call, NOON);
    expect({ status: answer.status, name: answer.name, account: answer.account }).toEqual({
      status,
      name,
      account: undefined,
    });
  });

  test("an access token ends when its time is over, or when it is ended", () => {
    const google = createGoogle(SEAT, NOON);
    expect(google.answer(seatCall("ya29.a"), NOON + 90_000_000).status).toBe(401);
    google.expire("ya29.b");
    expect(google.answer(seatCall("ya29.b"), NOON).status).toBe(401);
  });
});

describe("requests at fault", () => {
  const google = () => createGoogle({ ...SEAT, accounts: [...SEAT.accounts, ...TWO_KEYS.accounts] }, NOON);
  test.each([
    ["a model that is not there", keyCall("AIza-example-1", { model: "gemini-9-pro" }), 404],
    ["a field of another backend", keyCall("AIza-example-1", { body: { contents: CONTENTS, session_id: "x" } }), 400],
    ["no contents", keyCall("AIza-example-1", { body: {} }), 400],
    ["no JSON", { ...keyCall("AIza-example-1"), body: "{" }, 400],
    ["no project", seatCall("ya29.a", { outer: { project: "" } }), 400],
    ["a foreign project", seatCall("ya29.a", { outer: { project: "theirs" } }), 403],
    ["an unknown envelope field", seatCall("ya29.a", { outer: { zap: 1 } }), 400],
  ])("%s", (_, call, status) => {
    expect(google().answer(call, NOON).status).toBe(status);
  });

  test("the session id is a field of Code Assist", () => {
    const call = seatCall("ya29.a", { outer: { request: { contents: CONTENTS, session_id: "s" } } });
    expect(google().answer(call, NOON).status).toBe(200);
  });

  test("an unknown address is Google's 404 page", () => {
    expect(google().answer({ method: "GET", target: "/v2/none", headers: {}, body: "" }, NOON)).toMatchObject({
      status: 404,
      name: "unknown-address",
    });
  });
});

test("no answer ever carries Retry-After, and a refusal of Code Assist keeps the stream's content type", () => {
  const google = createGoogle({ ...SEAT, users: { me: { quotas: [{ rpm: 0 }] } } }, NOON);
  const refused = google.answer(seatCall("ya29.a", { verb: "streamGenerateContent?alt=sse" }), NOON);
  expect(Object.keys(refused.headers)).not.toContain("retry-after");
  expect(refused.headers).toMatchObject({ server: "ESF", "content-type": "text/event-stream" });
});

test("Google's own Node library gets its errors in an array", () => {
  const call = keyCall("AIza-example-nobody");
  const headers = { ...call.headers, "user-agent": "x google-api-nodejs-client/9" };
  expect(bodyOf(createGoogle(TWO_KEYS, NOON).answer({ ...call, headers }, NOON))[0].error.code).toBe(400);
});
