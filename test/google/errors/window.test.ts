import { describe, expect, test } from "bun:test";
import { lengthOf, spanOf, spokenLimit, windowOf } from "../../../src/google/errors/window";

describe("windowOf", () => {
  const rows: readonly [name: string, meter: string | undefined, period?: string][] = [
    ["GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "requests", "minute"],
    ["GenerateRequestsPerDayPerProjectPerModel-FreeTier", "requests", "pacific-day"],
    ["GenerateContentInputTokensPerModelPerMinute-FreeTier", "input-tokens", "minute"],
    ["GenerateContentPaidTierInputTokensPerModelPerDay", "input-tokens", "pacific-day"],
    ["generate_content_requests_per_minute_per_project_per_base_model", "requests", "minute"],
    ["generate_content_input_tokens_per_minute_per_base_model", "input-tokens", "minute"],
    ["RequestsPerWeek", "requests", "weekly"],
    ["RequestsPerMonthPerProject", "requests", "monthly"],
    ["daily_requests", "requests", "pacific-day"],
    ["GenerateContentOutputTokensPerModelPerMinute", undefined],
    ["FreeTierRequests", undefined],
    ["PerDay", undefined],
    ["", undefined],
  ];
  for (const [name, meter, period] of rows) {
    test(name || "no name", () => {
      expect(windowOf(name, "gemini-api") as unknown).toEqual(meter === undefined ? undefined : { meter, period });
    });
  }

  test("a day is California's at the Gemini API and Vertex, and begins with the first use at Code Assist", () => {
    const day = "Gemini25ProRequestsPerDayPerUserPerTier";
    expect(windowOf(day, "gemini-api")?.period).toBe("pacific-day");
    expect(windowOf(day, "vertex")?.period).toBe("pacific-day");
    expect(windowOf(day, "code-assist")?.period).toBe("day-from-first-use");
  });
});

describe("spokenLimit", () => {
  test("finds the longest limit that a sentence names", () => {
    const sentence = "limit 'requests per minute' and limit 'requests per day per user' and 'requests per minute'";
    expect(spokenLimit(sentence)).toBe("requests per day");
    expect(spokenLimit("x/generate_content_requests_per_minute_per_project")).toBe("requests_per_minute");
    expect(spokenLimit("request limit per minute for a region")).toBe("request limit per minute");
  });

  test("other mentions of requests and days name no limit", () => {
    expect(spokenLimit("Your request failed. See what you may use per day.")).toBeUndefined();
    expect(spokenLimit("requests per daylight, superrequests per day")).toBeUndefined();
  });
});

test("spans have an order", () => {
  const spans = ["", "PerMinute", "PerDay", "PerWeek", "PerMonth"].map(spanOf);
  expect(spans).toEqual([undefined, "minute", "day", "week", "month"]);
  expect(spans.map(lengthOf)).toEqual([0, 1, 2, 3, 4]);
});
