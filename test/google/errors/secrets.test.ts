import { describe, expect, test } from "bun:test";
import type { Failure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { classifyTokenRefusal } from "../../../src/google/errors/token-refusal";
import { ROWS } from "../../fixture/google-refusals";
import { TOKEN_ROWS } from "../../fixture/google-token-refusals";

/** Invented, every one. */
const SECRETS: readonly string[] = [
  "AIzaSyEXAMPLEsecret0123456789abcdefghijk",
  "AQ.Ab8EXAMPLEsecret-0123456789",
  "ya29.a0EXAMPLEsecret_0123.456789",
  "1//0gEXAMPLEsecret_0123456789",
  "1%2F%2F0gEXAMPLEsecret_0123456789",
  "jane.EXAMPLEsecret+tag@work.example",
  "jane%40EXAMPLEsecret.example",
  "GOCSPX-EXAMPLEsecret0123",
  "4/0AEXAMPLEsecret0123456789",
  "-----BEGIN PRIVATE KEY-----\nEXAMPLEsecret\n-----END PRIVATE KEY-----\n",
  "-----BEGIN RSA PRIVATE KEY-----\\nEXAMPLEsecret",
];

/** The part of each secret that must never be seen. */
const CORES = /EXAMPLEsecret/i;

/** Rows whose outcome carries much of the body. */
const TALKATIVE = [
  "the older form with a limit",
  "gl_403_service_disabled",
  "ca_403_validation_required",
  "gl_interactions_error",
];

/** The ways a secret gets into a text that was there. */
const PLACES: Readonly<Record<string, (text: string, secret: string) => string>> = {
  "in its place": (_, secret) => secret,
  "behind it": (text, secret) => `${text} ${secret}`,
  "before it": (text, secret) => `${secret} ${text}`,
  "in quotes": (text, secret) => `${text} '${secret}'`,
  "after a colon": (text, secret) => `${text} for:${secret}`,
  "as a query": (text, secret) => `${text}?value=${secret}&x=1`,
  "as a path": (text, secret) => `${text}/${secret}/x`,
};

/** The body once for each of its texts, with a secret put there. */
function* spoiled(body: object, put: (text: string, index: number) => string): Generator<string> {
  const json = JSON.stringify(body);
  for (let wanted = 0, index = wanted; index >= wanted; wanted += 1) {
    index = 0;
    const text = JSON.stringify(
      JSON.parse(json, (_, value) => {
        if (typeof value !== "string") return value;
        return index++ === wanted ? put(value, wanted) : value;
      }),
    );
    if (index > wanted) yield text;
  }
}

const leaked = (failure: Failure): boolean => CORES.test(JSON.stringify(failure));

describe("no secret gets from a refusal into its outcome", () => {
  for (const [place, [where, put]] of Object.entries(PLACES).entries()) {
    test(`${where}, in every text of every row`, () => {
      const leaks = new Set<string>();
      for (const [number, { name, backends, status, body }] of ROWS.entries()) {
        // Each text gets another secret, and each secret comes to each place.
        const spoil = (text: string, index: number) =>
          put(text, SECRETS[(number + place + index) % SECRETS.length] ?? "");
        for (const text of typeof body === "string" ? [spoil(body, 0)] : spoiled(body, spoil)) {
          const failure = classify({ backend: backends[0], status, headers: new Headers(), body: text, now: 0 });
          if (leaked(failure)) leaks.add(`${name}: ${JSON.stringify(failure)}`);
        }
      }
      expect([...leaks]).toEqual([]);
    });

    test(`${where}, in a refusal that tells its words, its limit, its project and its link`, () => {
      for (const secret of SECRETS) {
        for (const { backends, status, body } of ROWS.filter(({ name }) => TALKATIVE.includes(name))) {
          for (const text of spoiled(body as object, (text) => put(text, secret))) {
            const failure = classify({ backend: backends[0], status, headers: new Headers(), body: text, now: 0 });
            expect(leaked(failure) ? failure : undefined).toBeUndefined();
          }
        }
      }
    });

    test(`${where}, in an answer of the token endpoint`, () => {
      for (const { status, body } of TOKEN_ROWS.filter((row) => typeof row.body === "object")) {
        for (const secret of SECRETS) {
          for (const text of spoiled(body as object, (text) => put(text, secret))) {
            expect(leaked(classifyTokenRefusal({ status, body: text }))).toBe(false);
          }
        }
      }
    });
  }

  test("nor from a header", () => {
    for (const secret of SECRETS) {
      const location = `https://x.example/${encodeURIComponent(secret)}`;
      const headers = new Headers({ location, "retry-after": encodeURI(secret) });
      for (const status of [302, 403, 429]) {
        expect(leaked(classify({ backend: "gemini-api", status, headers, body: "", now: 0 }))).toBe(false);
      }
    }
  });
});
