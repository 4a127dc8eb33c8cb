import { describe, expect, test } from "bun:test";
import { salvage } from "../../../src/google/errors/salvage";

const WHOLE = JSON.stringify({
  error: {
    code: 429,
    message: 'He said "wait"\nplease',
    errors: [{ reason: "rateLimitExceeded" }],
    status: "RESOURCE_EXHAUSTED",
    details: [
      { reason: "QUOTA_EXHAUSTED", metadata: { quotaResetDelay: "3600s" } },
      { violations: [{ quotaId: "PerDay" }, { quotaId: "PerMinute" }] },
      { retryDelay: "3600s" },
    ],
  },
});

const cutBefore = (text: string) => WHOLE.slice(0, WHOLE.indexOf(text));
const cutWithin = (text: string) => WHOLE.slice(0, WHOLE.indexOf(text) + text.length - 2);

describe("salvage", () => {
  test("finds everything where only the end is missing", () => {
    expect(salvage(WHOLE.slice(0, -3))).toMatchObject({
      code: "429",
      message: 'He said "wait"\nplease',
      status: "RESOURCE_EXHAUSTED",
      details: [
        { retryDelay: "3600s" },
        { reason: "QUOTA_EXHAUSTED", metadata: { quotaResetDelay: "3600s" } },
        { violations: [{ quotaId: "PerDay" }, { quotaId: "PerMinute" }] },
      ],
    });
  });

  test("half a value is no value: a delay, a reason, a number", () => {
    expect(salvage(`${cutBefore('{"retryDelay"')}{"retryDelay":"36`)).toMatchObject({
      details: [{ retryDelay: undefined }, {}, {}],
    });
    expect(salvage(cutWithin('"QUOTA_EXHAUSTED"'))?.["details"]).toEqual([{ retryDelay: undefined }]);
    expect(salvage('{"error":{"message":"x","code":42')).toMatchObject({ code: undefined });
  });

  test("half a message is better than none", () => {
    expect(salvage('{"error":{"message":"You exceeded your cur')).toMatchObject({ message: "You exceeded your cur" });
    expect(salvage('{"error":{"message":"cut in an escape \\')).toMatchObject({ message: "cut in an escape \\" });
  });

  test("names inside a message are words, not fields", () => {
    const body = '{"error":{"message":"the \\"reason\\": \\"TOS_VIOLATION\\" was given","code":400,';
    expect(salvage(body)?.["details"]).toEqual([{ retryDelay: undefined }]);
  });

  test("text without any of it is left alone", () => {
    expect(salvage("upstream connect error")).toBeUndefined();
    expect(salvage("")).toBeUndefined();
  });
});
