import { describe, expect, test } from "bun:test";
import { bar, clipped, counted, perCent, shortCount, wrapped } from "../../src/view/text";

describe("text", () => {
  test("wraps at spaces, indents what follows, and leaves a long address whole", () => {
    const options = { width: 14, indent: "  ", first: "- " };
    expect(wrapped("one two three https://example.test/long", options)).toEqual([
      "- one two",
      "  three",
      "  https://example.test/long",
    ]);
    expect(wrapped("", options)).toEqual([]);
  });

  test("cuts with an ellipsis and counts characters, not bytes", () => {
    expect(clipped("äöü", 3)).toBe("äöü");
    expect(clipped("äöüß", 3)).toBe("äö…");
  });

  test("a little left is not nothing, and nearly full is not full", () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(perCent)).toEqual(["0 %", "1 %", "50 %", "99 %", "100 %"]);
    expect([0, 0.001, 0.5, 0.999, 1].map((f) => bar(f, 4))).toEqual(["░░░░", "█░░░", "██░░", "███░", "████"]);
    expect(bar(7, 2)).toBe("██");
    expect(perCent(-1)).toBe("0 %");
  });

  test("counts are short", () => {
    expect([0, 999, 1000, 9_949, 9_950, 120_400, 999_499, 999_500, 12_345_678].map(shortCount)).toEqual([
      "0",
      "999",
      "1.0k",
      "9.9k",
      "10k",
      "120k",
      "999k",
      "1.0M",
      "12M",
    ]);
  });

  test("one is singular", () => {
    expect([counted(1, "quota"), counted(2, "quota"), counted(0, "entry", "entries")]).toEqual([
      "1 quota",
      "2 quotas",
      "0 entries",
    ]);
  });
});
