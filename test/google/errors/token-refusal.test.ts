import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isFailure } from "../../../src/core/outcome";
import { classifyTokenRefusal } from "../../../src/google/errors/token-refusal";
import { TOKEN_ROWS } from "../../fixture/google-token-refusals";

const FORMS: Readonly<Record<string, (body: object) => string>> = {
  "as it is": (body) => JSON.stringify(body),
  "over many lines": (body) => `\r\n${JSON.stringify(body, null, 4)}\r\n`,
  "with unknown fields": (body) => JSON.stringify({ aaa: { error: 1 }, ...body, zzz: null }),
  "in another order": (body) => JSON.stringify(Object.fromEntries(Object.entries(body).reverse())),
  "with blanks, line breaks and tabs in its texts": (body) =>
    JSON.stringify(body, (_, value) => (typeof value === "string" ? ` ${value.replaceAll(" ", "\n\t ")}\n` : value)),
};

describe("classifyTokenRefusal", () => {
  for (const { name, status, body, means, says } of TOKEN_ROWS) {
    test(name, () => {
      const forms = typeof body === "string" ? [() => body] : Object.values(FORMS).map((form) => () => form(body));
      for (const form of forms) {
        const { sentence, status: found, ...meaning } = classifyTokenRefusal({ status, body: form() });
        expect(meaning as object).toEqual(means);
        expect(found).toBe(status);
        expect(sentence).toContain(says);
        expect(sentence).not.toContain("@");
      }
    });
  }

  test("never throws, whatever comes", () => {
    const sane = (status: number, body: string) => {
      const failure = classifyTokenRefusal({ status, body });
      expect(isFailure(failure)).toBe(true);
      expect(failure.sentence.length).toBeLessThanOrEqual(300);
    };
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), fc.oneof(fc.string(), fc.json()), sane), {
      seed: 8,
      numRuns: 500,
    });
    for (const run of ["[", '{"error":', "\\", '{"error":"invalid_grant","error_description":"'])
      sane(400, run.repeat(Math.ceil(65_536 / run.length)));
  });
});
