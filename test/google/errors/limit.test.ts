import { describe, expect, test } from "bun:test";
import { limited } from "../../../src/google/errors/limit";
import { readError } from "../../../src/google/errors/read";

const NOW = Date.parse("2026-07-01T12:00:00Z");
const MIDNIGHT = Date.parse("2026-07-02T07:00:00Z");

const limit = (error: object, until?: number) =>
  limited({
    error: readError(JSON.stringify({ error }), 429, null),
    verdict: { kind: "limited" },
    backend: "gemini-api",
    until,
    detailed: true,
    now: NOW,
    refused: { status: 429, sentence: "" },
  });

const violations = (...named: { quotaId: string; quotaValue?: string }[]) => ({ details: [{ violations: named }] });
const violation = (quotaId: string, quotaValue?: string) =>
  violations({ quotaId, ...(quotaValue === undefined ? {} : { quotaValue }) });

describe("limited", () => {
  test("a day without a time lasts until midnight in California, and one with a time until then", () => {
    expect(limit(violation("RequestsPerDay", "20"))).toMatchObject({ reason: "daily-quota", until: MIDNIGHT });
    expect(limit(violation("RequestsPerDay", "20"), NOW + 1)).toMatchObject({ reason: "daily-quota", until: NOW + 1 });
    expect(limit({ message: "You have reached your daily quota." })).toMatchObject({
      reason: "daily-quota",
      until: MIDNIGHT,
    });
  });

  test("the limit's name counts for more than the words, which count where the name says no period", () => {
    const message = "See what you may use per day.";
    expect(limit({ ...violation("RequestsPerMinute", "2"), message }).reason).toBe("rate-limit");
    expect(limit({ ...violation("FreeTierRequests", "2"), message }).reason).toBe("daily-quota");
  });

  test("0 is read as a number, not as the beginning of one", () => {
    expect(limit({ message: "limit: 0, model: m" }).reason).toBe("model-unavailable");
    expect(limit({ message: "limit: 0" }).reason).toBe("model-unavailable");
    expect(limit({ message: "limit: 0.5" }).reason).toBe("unexplained");
    expect(limit({ message: "limit: 05" }).reason).toBe("unexplained");
  });

  test("a violation that names only a metric has not dropped a zero", () => {
    expect(limit({ details: [{ violations: [{ quotaMetric: "example.com/requests" }] }] }).reason).toBe("rate-limit");
  });

  test("a model without quota states no end, even where Google does", () => {
    expect(limit(violation("RequestsPerDay", "0"), NOW + 14_000)).not.toHaveProperty("until");
  });

  test("of several limits the longest is shown, in whichever order they come", () => {
    const named = [
      { quotaId: "RequestsPerMinute", quotaValue: "2" },
      { quotaId: "RequestsPerMonth", quotaValue: "900" },
      { quotaId: "RequestsPerDay", quotaValue: "20" },
    ];
    for (const order of [named, named.toReversed()]) {
      expect(limit(violations(...order))).toMatchObject({
        reason: "quota",
        quotaId: "RequestsPerMonth",
        quotaValue: 900,
        window: { meter: "requests", period: "monthly" },
      });
    }
    expect(limit(violations(...named.filter(({ quotaId }) => quotaId !== "RequestsPerMonth")))).toMatchObject({
      reason: "daily-quota",
      quotaId: "RequestsPerDay",
    });
  });

  test("the metric tells what the name does not", () => {
    const details = [{ violations: [{ quotaId: "PerDay", quotaMetric: "x/free_requests", quotaValue: "5" }] }];
    expect(limit({ details }).window).toEqual({ meter: "requests", period: "pacific-day" });
  });
});
