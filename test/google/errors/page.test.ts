import { expect, test } from "bun:test";
import { oneLine } from "../../../src/google/errors/line";
import { isPage, wordsOfPage } from "../../../src/google/errors/page";

test("a page begins with a tag; nothing at all is no answer either", () => {
  expect(["<html>", "\n <!DOCTYPE html>", "", "  \n"].map(isPage)).toEqual([true, true, true, true]);
  expect(['{"a":"<b>"}', "upstream <x>"].map(isPage)).toEqual([false, false]);
});

test("the words of a page are without tags, and its signs are written out once", () => {
  expect(oneLine(wordsOfPage("<p class='a'>We&#39;re <b>sorry</b>&nbsp;&lt;x&gt; &amp;quot; <unclosed"))).toBe(
    "We're sorry <x> &quot;",
  );
});
