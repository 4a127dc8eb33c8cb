import { expect, test } from "bun:test";
import { splitKeys } from "../../src/core/key-list";

test("a paste is split into keys as people keep them", () => {
  expect(splitKeys(" a, b\r\n\n# old\nGEMINI_API_KEY=c\nb\n")).toEqual(["a", "b", "GEMINI_API_KEY=c"]);
  expect(splitKeys("")).toEqual([""]);
  expect(splitKeys('{\n"a": 1}')).toEqual(['{\n"a": 1}']);
});

test("blanks part keys, and nothing else that has blanks in it", () => {
  const [one, two] = ["AIza-example-01234567", "AQ.example-0123456789"];
  expect(splitKeys(`${one} \t${two}\n${two}`)).toEqual([one, two]);
  expect(splitKeys(`GEMINI_API_KEY=${one} ${two}`)).toEqual([`GEMINI_API_KEY=${one}`, two]);
  for (const text of [
    "the key is in the vault",
    `export GEMINI_API_KEY=${one}`,
    `GOOGLE_GENERATIVE_AI_API_KEY = ${one}`,
    `GOOGLE_GENERATIVE_AI_API_KEY= ${one}`,
    `${one} # mine`,
  ])
    expect(splitKeys(text)).toEqual([text]);
});
