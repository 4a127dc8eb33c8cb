import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { replaceSignatures, SIGNATURE_PLACEHOLDER } from "../../../src/google/signatures";
import { judgeSignatures } from "../../../src/simulator/signatures";
import type { Json } from "../../../src/simulator/wire";

const CALL = { functionCall: { name: "look", args: { contents: [1] } } };
const user = (text: string) => ({ role: "user", parts: [{ text }] });
const result = { role: "user", parts: [{ functionResponse: { name: "look", response: {} } }] };
const step = (...parts: object[]) => ({ role: "model", parts });
const signed = { ...CALL, thoughtSignature: SIGNATURE_PLACEHOLDER };

const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;

const repair = (body: string) => replaceSignatures(body, { kind: "replace" });
const repaired = (...contents: object[]) => JSON.parse(repair(JSON.stringify({ contents, tools: [] }))).contents;

describe("what a refused call lacks", () => {
  test("is put on the first call of each step of the current turn, and nowhere else", () => {
    const said = { role: "user", parts: [CALL] };
    const before = [user("old"), step(CALL), result, user("now"), said];
    const thought = { text: "Hm.", thought: true };
    expect(repaired(...before, step(thought, CALL, CALL), result, step(CALL), result)).toEqual([
      ...before,
      step(thought, signed, CALL),
      result,
      step(signed),
      result,
    ]);
  });

  test("is not missing where there is one, of whatever spelling; that becomes the placeholder", () => {
    const snake = { function_call: { name: "look" }, thought_signature: "QUJD" };
    expect(repaired(user("now"), step({ ...CALL, thoughtSignature: "QUJD" }), result, step(snake))).toEqual([
      user("now"),
      step(signed),
      result,
      step({ ...snake, thought_signature: SIGNATURE_PLACEHOLDER }),
    ]);
  });

  test("replaces what is no signature at all", () => {
    expect(repaired(user("now"), step({ ...CALL, thoughtSignature: null }))).toEqual([user("now"), step(signed)]);
  });

  test("is looked for from the beginning where nobody said anything, and past a tool's answer that came with words", () => {
    expect(repaired(step(CALL), result)).toEqual([step(signed), result]);
    const wordy = { role: "user", parts: [...result.parts, { text: "An image." }] };
    expect(repaired(user("now"), step(CALL), wordy)).toEqual([user("now"), step(signed), wordy]);
  });

  test("is put in with every other character left as it is", () => {
    const call = `{"functionCall": {"args":{"n":1.0, "id":12345678901234567890, "e":"\\u00e9Zürich 🏔", "d":${deep}} } }`;
    const body = (part: string) => `{ "contents" :[\n{"parts":[ ${part} ,{"text":""}],"role": "model"} ],"n":1e400 } `;
    const signedCall = `${call.slice(0, -1)},"thoughtSignature":"${SIGNATURE_PLACEHOLDER}"}`;
    expect(repair(body(call))).toBe(body(signedCall));
    expect(repair(body(signedCall))).toBe(body(signedCall));
  });

  test("what is no request only has its signatures replaced", () => {
    const broken = '{"contents":[{"role":"model","parts":[{"functionCall":{},"thoughtSignature":"a"},{"functionCall":';
    expect(repair(broken)).toBe(broken.replace('"a"', `"${SIGNATURE_PLACEHOLDER}"`));
    for (const contents of ["x", null, {}, [null, 1, [], { role: "model", parts: null }, { role: "model" }]]) {
      const text = JSON.stringify({ contents });
      expect(repair(text)).toBe(text);
    }
    for (const text of [deep, "", "[]", "null", '"contents"']) {
      expect(repair(text)).toBe(text);
    }
  });

  test("a repaired history satisfies the strictest judge, and repairing it again changes nothing", () => {
    const part = fc.constantFrom(
      { text: "x" },
      CALL,
      { ...CALL, thoughtSignature: "Zm9yZWlnbg==" },
      { functionResponse: { name: "look", response: {} } },
      { inlineData: { mimeType: "image/png", data: "" } },
    );
    const content = fc.record({
      role: fc.constantFrom("user", "model"),
      parts: fc.array(part, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(content, { maxLength: 8 }), (contents) => {
        const once = repair(JSON.stringify({ contents }));
        const judged = judgeSignatures(JSON.parse(once).contents as Json[], "anybody", true);
        expect(judged).toMatchObject({ count: { own: 0, foreign: 0, missing: 0 }, corrupted: false });
        expect(repair(once)).toBe(once);
        const bare = (value: unknown) =>
          JSON.parse(JSON.stringify(value), (key, inner) => (key === "thoughtSignature" ? undefined : inner));
        expect(bare(JSON.parse(once))).toEqual(bare({ contents }));
      }),
      { seed: 13, numRuns: 300 },
    );
  });
});
