import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readPaste } from "../../src/enrol/pasted-return";

const STATE = "the-state_of-this-login";
const CODE = "4/0AexampleCode-1_2";
const ENCODED = encodeURIComponent(CODE);
const QUERY = `state=${STATE}&code=${ENCODED}&scope=openid%20email`;
const URL_BACK = `http://127.0.0.1:53124/oauth2callback?${QUERY}`;

const wrapped = (text: string, width: number) => (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\n");

describe("a paste that holds the code of this login", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["the whole address", URL_BACK],
    ["at ::1", URL_BACK.replace("127.0.0.1", "[::1]")],
    ["without http://", URL_BACK.replace("http://", "")],
    ["with a fragment", `${URL_BACK}#`],
    ["its query", `?${QUERY}`],
    ["its query without the mark", QUERY],
    ["its query with the code first", `code=${ENCODED}&state=${STATE}`],
    ["the bare code", CODE],
    ["the bare code as it stands in the address", ENCODED],
    ["in double quotes", `"${URL_BACK}"`],
    ["in single quotes", `'${URL_BACK}'`],
    ["in angle brackets", `<${URL_BACK}>`],
    ["in typographic quotes", `“${CODE}”`],
    ["between blanks and line breaks", `\r\n  ${URL_BACK} \n`],
    ["wrapped by a terminal", wrapped(URL_BACK, 40)],
    ["wrapped inside a frame", wrapped(URL_BACK, 40).replaceAll("\n", " │\n│ ")],
    ["the bare code, wrapped", wrapped(CODE, 8)],
    ["escaped by a shell", URL_BACK.replace(/[?&=]/g, "\\$&")],
    ["out of HTML", URL_BACK.replaceAll("&", "&amp;")],
    ["a query with the code and no state", `code=${ENCODED}`],
  ];
  for (const [name, text] of texts)
    test(name, () => expect(readPaste(text, STATE)).toMatchObject({ kind: "code", code: CODE }));

  test("and says where nothing tells which login it belongs to", () => {
    const bare = [CODE, ENCODED, `code=${ENCODED}`].map((text) => readPaste(text, STATE));
    expect(bare).toEqual(Array(3).fill({ kind: "code", code: CODE, isBare: true }));
    expect(readPaste(URL_BACK, STATE)).toEqual({ kind: "code", code: CODE });
  });

  test("a code of a kind to come, if it is long", () => {
    expect(readPaste("c".repeat(40), STATE)).toMatchObject({ kind: "code", code: "c".repeat(40) });
  });

  test("however it is wrapped, quoted and surrounded", () => {
    const code = fc.stringMatching(/^4\/0[A-Za-z0-9_-]{10,80}$/);
    const state = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
    const form = fc.constantFrom("url", "query", "mark", "bare", "encoded");
    const around = fc.constantFrom(["", ""], ['"', '"'], ["'", "'"], ["<", ">"], [" \n", "\r\n"], ["`", "`"]);
    const width = fc.integer({ min: 5, max: 120 });
    fc.assert(
      fc.property(code, state, form, around, width, (code, state, form, [before, after], width) => {
        const query = new URLSearchParams({ state, code, scope: "a b" }).toString();
        const texts = {
          url: `http://127.0.0.1:1/oauth2callback?${query}`,
          query,
          mark: `?${query}`,
          bare: code,
          encoded: encodeURIComponent(code),
        };
        const text = `${before}${wrapped(texts[form as keyof typeof texts], width)}${after}`;
        expect(readPaste(text, state)).toMatchObject({ kind: "code", code });
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe("a paste that does not", () => {
  const texts: readonly (readonly [string, string, string])[] = [
    ["another login's state", URL_BACK.replace(STATE, "another"), "stranger"],
    ["an empty state", URL_BACK.replace(STATE, ""), "stranger"],
    ["another state with an error", "?error=access_denied&state=another", "stranger"],
    ["the person's no", `?error=access_denied&state=${STATE}`, "denied"],
    ["another error", `?error=admin_policy_enforced&state=${STATE}`, "refused"],
    ["an error of nobody", "?error=access_denied", "nothing"],
    ["nothing", " \n ", "nothing"],
    ["quotes alone", '""', "nothing"],
    ["the address to open", `https://accounts.google.com/o/oauth2/v2/auth?client_id=x&state=${STATE}`, "nothing"],
    ["another address", "https://accounts.google.com/signin", "nothing"],
    ["an address with neither", `http://127.0.0.1:1/oauth2callback?state=${STATE}`, "nothing"],
    ["a word", "hello", "nothing"],
    ["a longer word", "gemini-pool", "nothing"],
    ["the path of a file", "/home/me/client.json", "nothing"],
    ["signs that no code has", "4/0Aexample;rm -rf *", "nothing"],
  ];
  for (const [name, text, kind] of texts)
    test(name, () => expect(readPaste(text, STATE)).toMatchObject({ kind, sentence: expect.any(String) }));

  test("never throws, and never says what was in it", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.webUrl({ withQueryParameters: true }), fc.string());
    fc.assert(
      fc.property(text, (text) => {
        const read = readPaste(`${text} ?state=planted-secret`, STATE);
        if (read.kind !== "code") expect(read.sentence).not.toContain("planted-secret");
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test("another state is never taken for a code", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/), fc.stringMatching(/^[\w/-]{10,60}$/), (state, code) => {
        fc.pre(state !== STATE);
        expect(readPaste(`http://localhost:1/x?code=${code}&state=${state}`, STATE).kind).toBe("stranger");
      }),
      { seed: 4 },
    );
  });
});
