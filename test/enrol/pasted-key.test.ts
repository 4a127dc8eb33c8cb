import { describe, expect, test } from "bun:test";
import { keyEnding, pastedKey } from "../../src/enrol/pasted-key";

const KEY = "AIza-example-0123456789abcd";

describe("a pasted key", () => {
  const pastes = [
    KEY,
    `  ${KEY}\n`,
    `"${KEY}"`,
    `'${KEY}' `,
    `\`${KEY}\``,
    `GEMINI_API_KEY=${KEY}`,
    `export GEMINI_API_KEY_2="${KEY}"\n`,
    `\ufeff${KEY}\r\n`,
    `GOOGLE_GENERATIVE_AI_API_KEY = ${KEY}`,
    `my_gemini_key=${KEY}`,
    `$env:GEMINI_API_KEY="${KEY}"`,
  ];
  test.each(pastes)("%j is understood", (text) => {
    expect(pastedKey(text)).toEqual({ kind: "key", key: KEY });
  });

  test("is never judged by its prefix or length", () => {
    expect(pastedKey("AQ.x_y-z==")).toEqual({ kind: "key", key: "AQ.x_y-z==" });
    expect(pastedKey("k")).toEqual({ kind: "key", key: "k" });
  });

  const faults: [string, RegExp][] = [
    ["", /No key was given/],
    ['  ""  ', /No key was given/],
    [`${KEY}\n${KEY}`, /more than one line/],
    [`my key ${KEY}`, /has a space/],
    [`OPENAI_API_KEY=${KEY}`, /gemini-pool import FILE/],
    [`DB_PASSWORD="${KEY}"`, /gemini-pool import FILE/],
    [`export db_password = ${KEY}`, /gemini-pool import FILE/],
    [`$env:OPENAI_API_KEY="${KEY}"`, /gemini-pool import FILE/],
    [`GOOGLE_CLIENT_SECRET=${KEY}`, /gemini-pool import FILE/],
    [`GEMINI_CLI_1_REFRESH_TOKEN=${KEY}`, /gemini-pool import FILE/],
    [`https://example.com/?key=${KEY}`, /web address/],
    ["https://aistudio.google.com/apikey", /web address/],
    ['{\n "type": "service_account" }', /JSON file/],
    [`AIza\u200b${KEY}`, /character/],
  ];
  test.each(faults)("%j is refused without being repeated", (text, sentence) => {
    const pasted = pastedKey(text);
    expect(pasted).toMatchObject({ kind: "wrong", sentence: expect.stringMatching(sentence) });
    expect(JSON.stringify(pasted)).not.toContain(KEY);
  });

  test("shows four characters of a long key and none of a short one", () => {
    expect([keyEnding(KEY), keyEnding("short-key")]).toEqual(["…abcd", "…"]);
  });
});
