import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { hasSignatures, replaceSignatures, SIGNATURE_PLACEHOLDER } from "../../src/google/signatures";

/** The same by parsing: what the search must agree with. */
function replaced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isSignature = /^thought(S|_s)ignature$/.test(key) && typeof inner === "string";
      return [key, isSignature ? SIGNATURE_PLACEHOLDER : replaced(inner)];
    }),
  );
}

describe("replacing thought signatures", () => {
  test("both spellings, any spaces, escapes and an empty value", () => {
    const body =
      '{ "thoughtSignature" : "a\\"b\\\\", "x":[{"thought_signature":""},{"thoughtSignature"\n:\t"QUJD/\\u003d"}]}';
    const p = SIGNATURE_PLACEHOLDER;
    expect(replaceSignatures(body)).toBe(
      `{ "thoughtSignature" : "${p}", "x":[{"thought_signature":"${p}"},{"thoughtSignature"\n:\t"${p}"}]}`,
    );
  });

  test("the words inside a string, as a value or before something else stay", () => {
    const text = JSON.stringify({
      text: '{"thoughtSignature": "x"}',
      tail: 'ends with "thoughtSignature"',
      list: ["thoughtSignature", "thought_signature"],
      thoughtSignature: { nested: "x" },
      'odd "thoughtSignature': "x",
      name: "thoughtSignature",
    });
    expect(replaceSignatures(text)).toBe(text);
    expect(hasSignatures(text)).toBe(false);
  });

  test("a body without any comes back as it is; a broken one does not throw", () => {
    expect(replaceSignatures("{}")).toBe("{}");
    expect(replaceSignatures('{"thoughtSignature":"never closed')).toBe('{"thoughtSignature":"never closed');
    expect(replaceSignatures('{"thoughtSignature"')).toBe('{"thoughtSignature"');
    expect(hasSignatures('{"thoughtSignature":"x"}')).toBe(true);
  });

  test("agrees with parsing for any JSON", () => {
    const word = fc.constantFrom("thoughtSignature", "thought_signature", '"thoughtSignature":"x"', "\\", '"', "a");
    const key = fc.oneof(word, fc.string({ maxLength: 4 })).filter((k) => k !== "__proto__");
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.string(),
        fc.integer(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (json, indent) => {
        const body = JSON.stringify(json, null, indent);
        expect(JSON.parse(replaceSignatures(body))).toEqual(replaced(json));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("many signatures cost what their bytes cost", () => {
    const part = '{"thoughtSignature":"QUJDREVGR0g="},{"thought_signature":"x"}';
    const body = `[${Array.from({ length: 60_000 }, () => part).join(",")}]`;
    expect(replaceSignatures(body).length).toBe(body.length + 60_000 * (2 * SIGNATURE_PLACEHOLDER.length - 13));
  });
});
