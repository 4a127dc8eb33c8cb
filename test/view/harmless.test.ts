import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { harmless, RETRY_PATTERNS } from "../../src/view/harmless";

const retried = (text: string) => RETRY_PATTERNS.some((pattern) => pattern.test(text));
const visible = (text: string) => text.replaceAll("\u2060", "");
const decoded = (text: string) =>
  text.replaceAll(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

describe("harmless", () => {
  test("lets everyday sentences through untouched", () => {
    const plain = "All 3 Gemini accounts are used up. First free: work, 14:32.";
    expect(harmless(plain)).toBe(plain);
    expect(harmless("")).toBe("");
  });

  const samples = [
    "429",
    "error 500: Internal Server Error",
    "Resource exhausted. Please try again later.",
    "RESOURCE_EXHAUSTED",
    "timeout",
    "connect ECONNREFUSED 127.0.0.1:5030",
    "network\terror",
    "50429",
    "retry your request again",
    "x1500",
  ];
  test.each(samples)("breaks %p without a visible change", (text) => {
    expect(retried(text)).toBe(true);
    expect(retried(harmless(text))).toBe(false);
    expect(visible(harmless(text))).toBe(text);
  });

  test("survives JSON, which keeps the invisible character as it is", () => {
    expect(retried(JSON.stringify({ message: harmless("rate limit 429") }))).toBe(false);
  });

  test("a context overflow stays recognisable for opencode's compaction", () => {
    const overflow = harmless(
      "The input token count (1250429) exceeds the maximum number of tokens allowed (1048576).",
    );
    expect(overflow).toMatch(/input token count.*exceeds the maximum/i);
    expect(retried(overflow)).toBe(false);
  });

  const addresses = [
    "https://accounts.example.test/verify?t=4295003",
    "https://ai.example.test/docs/rate-limits",
    "https://example.test/a%2429/%42900?q=%500",
    "https://example.test/server_error#50429",
  ];
  test.each(addresses)("the address %p still leads to the same place", (address) => {
    const safe = harmless(`See ${address} now`);
    const inside = safe.slice("See ".length, -" now".length);
    expect(retried(safe)).toBe(false);
    expect(inside).not.toContain("\u2060");
    expect(decoded(inside)).toBe(decoded(address));
  });

  test("safety comes before an address whose host or port carries a match", () => {
    expect(retried(harmless("http://127.0.0.1:5030/x and http://h429.example.test"))).toBe(false);
  });

  const words = RETRY_PATTERNS.flatMap(({ source }) => source.split(/[|()?:^$\\]+/)).filter((word) => word.length > 1);
  const glue = [
    " ",
    "",
    "%",
    "_",
    "https://h.example.test/",
    "\n",
    "4",
    "5",
    "0",
    "re",
    "try ",
    ".",
    "again in",
    "timeout",
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.constantFrom(...glue), fc.string()), { maxLength: 30 });

  test("property: nothing is left that opencode would retry; doing it twice changes nothing", () => {
    const check = (parts: string[]) => {
      const safe = harmless(parts.join(""));
      expect(retried(safe)).toBe(false);
      expect(harmless(safe)).toBe(safe);
    };
    fc.assert(fc.property(text, check), { seed: 7, numRuns: 2_000 });
  });

  test("property: without addresses only invisible characters are added", () => {
    const check = (parts: string[]) => {
      const whole = parts.join("").replaceAll("\u2060", "");
      if (!/https?:/i.test(whole)) expect(visible(harmless(whole))).toBe(whole);
    };
    fc.assert(fc.property(text, check), { seed: 8, numRuns: 1_000 });
  });

  test("a megabyte of the worst takes no more than a few rounds", () => {
    const safe = harmless("50429".repeat(100_000));
    expect(retried(safe)).toBe(false);
  });
});
