import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { hashSignature } from "../../src/core/signature";
import {
  hasSignatures,
  isRepairable,
  replaceSignatures,
  SIGNATURE_PLACEHOLDER,
  signaturesOf,
} from "../../src/google/signatures";
import type { SignaturePolicy } from "../../src/ports/upstream";
import { mapSignatures, signaturesIn, signedJson } from "../fixture/signed-json";

const ALL: SignaturePolicy = { kind: "replace" };
const own = (...signatures: string[]): SignaturePolicy => ({
  kind: "own",
  hashes: new Set(signatures.map(hashSignature)),
});
const body = fc.tuple(signedJson, fc.constantFrom(0, 2)).map(([json, indent]) => JSON.stringify(json, null, indent));

describe("replacing thought signatures", () => {
  test("both spellings, any spaces, escapes and an empty value", () => {
    const text =
      '{ "thoughtSignature" : "a\\"b\\\\", "x":[{"thought_signature":""},{"thoughtSignature"\n:\t"QUJD/\\u003d"}]}';
    const p = SIGNATURE_PLACEHOLDER;
    for (const policy of [ALL, own()]) {
      expect(replaceSignatures(text, policy)).toBe(
        `{ "thoughtSignature" : "${p}", "x":[{"thought_signature":"${p}"},{"thoughtSignature"\n:\t"${p}"}]}`,
      );
    }
    expect(replaceSignatures(text, { kind: "keep" })).toBe(text);
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
    expect(replaceSignatures(text, ALL)).toBe(text);
    expect(hasSignatures(text)).toBe(false);
    expect(signaturesOf(text)).toEqual([]);
  });

  test("a body without any comes back as it is; a broken one does not throw", () => {
    for (const text of [
      "{}",
      '{"thoughtSignature":"never closed',
      '{"thoughtSignature"',
      "",
      "[",
      "thoughtSignature",
    ]) {
      expect(replaceSignatures(text, ALL)).toBe(text);
      expect(replaceSignatures(text, own())).toBe(text);
    }
    expect(hasSignatures('{"thoughtSignature":"x"}')).toBe(true);
  });

  test("the account's own stay as they are, however they are escaped, and so does the placeholder", () => {
    const signatures = ["QUJD/+==", SIGNATURE_PLACEHOLDER, "Zm9yZWlnbg=="];
    const text = JSON.stringify(signatures.map((thoughtSignature) => ({ thoughtSignature })));
    expect(replaceSignatures(text, own("QUJD/+=="))).toBe(text.replace("Zm9yZWlnbg==", SIGNATURE_PLACEHOLDER));
    const escaped = text.replaceAll("=", "\\u003d").replaceAll("/", "\\/");
    expect(replaceSignatures(escaped, own("QUJD/+==", "Zm9yZWlnbg=="))).toBe(escaped);
  });

  test("nothing is own where the escapes are broken", () => {
    expect(replaceSignatures('{"thoughtSignature":"\\q"}', own("\\q", "q"))).toContain(SIGNATURE_PLACEHOLDER);
    expect(signaturesOf('{"thoughtSignature":"\\q"}')).toEqual([]);
  });

  test("with everything known nothing changes, with nothing known all are replaced, and nothing else ever changes", () => {
    fc.assert(
      fc.property(body, (text) => {
        const hashes = new Set(signaturesOf(text));
        expect(replaceSignatures(text, { kind: "own", hashes })).toBe(text);
        const none = replaceSignatures(text, own());
        expect(JSON.parse(none)).toEqual(mapSignatures(JSON.parse(text), () => SIGNATURE_PLACEHOLDER));
        expect(replaceSignatures(text, ALL)).toBe(none);
        expect(replaceSignatures(none, own())).toBe(none);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("with some known, exactly the others are replaced", () => {
    fc.assert(
      fc.property(body, fc.func(fc.boolean()), (text, isOwn) => {
        const value = JSON.parse(text);
        const mine = signaturesIn(value).filter((signature) => isOwn(signature));
        const wanted = mapSignatures(value, (signature) =>
          mine.includes(signature) ? signature : SIGNATURE_PLACEHOLDER,
        );
        expect(JSON.parse(replaceSignatures(text, own(...mine)))).toEqual(wanted);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("many signatures cost what their bytes cost", () => {
    const part = '{"thoughtSignature":"QUJDREVGR0g="},{"thought_signature":"x"}';
    const text = `[${Array.from({ length: 10_000 }, () => part).join(",")}]`;
    expect(replaceSignatures(text, own("x")).length).toBe(text.length + 10_000 * (SIGNATURE_PLACEHOLDER.length - 12));
    expect(signaturesOf(text)).toHaveLength(2);
  });
});

describe("the signatures of a body", () => {
  test("are those that parsing finds, each once and in order", () => {
    fc.assert(
      fc.property(body, (text) => {
        const wanted = [...new Set(signaturesIn(JSON.parse(text)).map(hashSignature))];
        expect(signaturesOf(text)).toEqual(wanted);
        expect(signaturesOf(text, 1)).toEqual(wanted.slice(0, 1));
        expect(hasSignatures(text)).toBe(wanted.length > 0);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

test("a body with a signature or a call may be repaired, one that only speaks of them may not", () => {
  expect(isRepairable('{"thoughtSignature":"x"}')).toBe(true);
  expect(isRepairable('[{"functionCall" : {}}]')).toBe(true);
  expect(isRepairable('[{"function_call":{}}]')).toBe(true);
  expect(isRepairable(JSON.stringify({ text: '{"functionCall":{},"thoughtSignature":"x"}' }))).toBe(false);
});
