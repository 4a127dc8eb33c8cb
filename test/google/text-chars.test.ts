import { expect, test } from "bun:test";
import { textChars } from "../../src/google/text-chars";

const filler = "x".repeat(120_000);

test("text counts by its length", () => {
  expect(textChars("")).toBe(0);
  expect(textChars('{"contents":[]}')).toBe(15);
  expect(textChars(filler)).toBe(120_000);
});

test("of a large body with a picture in it nobody can tell, in either spelling", () => {
  for (const key of ["inlineData", "inline_data"]) expect(textChars(`{"${key}":{"data":"${filler}"}}`)).toBe(0);
});

test("a small picture is no matter", () => {
  expect(textChars('{"inlineData":{"data":"eA=="}}')).toBe(30);
});
