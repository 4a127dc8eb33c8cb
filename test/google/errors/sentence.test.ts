import { describe, expect, test } from "bun:test";
import { readError } from "../../../src/google/errors/read";
import { limitSentence, sentenceFor, tidy } from "../../../src/google/errors/sentence";

const error = (message: string) => readError(JSON.stringify({ error: { message } }), 500, null);

describe("tidy", () => {
  test("makes one redacted line", () => {
    expect(tidy(" two\n\t lines of AIza-example-0123456789 ")).toBe("two lines of [api key]");
  });

  test("cuts at 300 characters and never through a secret or a pair", () => {
    expect(tidy(`${"a ".repeat(140)}AIza-example-${"0".repeat(60)}`)).not.toContain("AIza");
    const cut = tidy(`${"a".repeat(298)}😀😀`);
    expect(cut.length).toBeLessThanOrEqual(300);
    expect(cut).toBe(`${"a".repeat(298)}…`);
  });
});

describe("sentenceFor", () => {
  test("prefers the rule's words, then Google's short ones, then ours", () => {
    expect(sentenceFor(error("Theirs"), { kind: "banned", say: "Ours." })).toBe("Ours.");
    expect(sentenceFor(error("Theirs"), { kind: "transient" })).toBe("Theirs");
    expect(sentenceFor(error("long ".repeat(50)), { kind: "transient" })).toBe("Google's server failed to answer.");
    expect(sentenceFor(error(""), { kind: "capacity" })).toStartWith("Google has no capacity");
    expect(sentenceFor(error("{}"), { kind: "denied" })).toStartWith("Google denied access");
  });

  test("a request at fault keeps Google's words, however long", () => {
    expect(sentenceFor(error(`Field a.b ${"long ".repeat(50)}`), { kind: "rejected" })).toStartWith("Field a.b long");
  });
});

describe("limitSentence", () => {
  test("names the size of the limit in its unit", () => {
    expect(limitSentence("", "daily-quota", { id: "RequestsPerDay", value: 20 })).toBe(
      "The quota of the day is used up (20 requests).",
    );
    expect(limitSentence("", "rate-limit", { id: "InputTokensPerMinute", value: 9 })).toBe(
      "The rate limit is reached (9 tokens).",
    );
    expect(limitSentence("", "model-unavailable", { id: "RequestsPerDay", value: 0 })).toBe(
      "This model has no quota here.",
    );
    expect(limitSentence("Theirs.", "quota", undefined)).toBe("Theirs.");
  });
});
