import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { redact } from "../../src/core/redact";

/** Invented, every one of them. */
const SECRETS: Readonly<Record<string, string>> = {
  "standard API key": "AIza-example-0123456789abcdefghijklmnop",
  "auth key": "AQ.Ab8example_0123456789-abcdef",
  "access token": "ya29.a0example-token_value.with.dots",
  "refresh token": "1//0gexampleRefresh-Token_0123",
  "refresh token in a form or an address": "1%2F%2F0gexampleRefresh-Token_0123",
  "authorisation code": "4/0AexampleCode_0123456789",
  "authorisation code in an address": "4%2F0AexampleCode_0123456789",
  "client secret": "GOCSPX-example_secret-0123",
  "JSON web token": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJl",
  "e-mail": "first.last+tag@work.example",
  "e-mail outside ASCII": "jürgen.müller@büro.example",
  "private key": "-----BEGIN PRIVATE KEY-----\nMIIexample\n-----END PRIVATE KEY-----",
  "private key in an address": "-----BEGIN%20RSA%20PRIVATE%20KEY-----MIIexample-----END%20RSA%20PRIVATE%20KEY-----",
};

/** Secrets that only their surroundings give away. */
const NAMED: Readonly<Record<string, string>> = {
  "JSON refresh token": `{"refresh_token":"plainvalue99","x":1}`,
  "JSON access token, spaced": `{ "accessToken" : "plainvalue99" }`,
  "JSON within JSON": `{"message":"{\\"refresh_token\\": \\"plainvalue99\\"}"}`,
  "form body": "client_id=a&client_secret=plainvalue99&grant_type=refresh_token",
  "query value": "GET /v1beta/models?alt=sse&key=plainvalue99&x=1",
  "account file": `{"kind":"api-key","key":"plainvalue99"}`,
  "bearer header": "authorization: Bearer plainvalue99",
  "key header": "x-goog-api-key: plainvalue99",
  "Google's own words": "Permission denied: Consumer 'api_key:plainvalue99' has been suspended.",
  assertion: "assertion=plainvalue99",
};

describe("redact", () => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    test(`hides the ${name} in a sentence`, () => {
      const clean = redact(`refused for ${secret}, try another`);
      expect(clean).not.toContain(secret);
      expect(clean).toStartWith("refused for [");
      expect(clean).toEndWith("], try another");
    });
  }

  for (const [name, text] of Object.entries(NAMED)) {
    test(`hides a value by its surroundings: ${name}`, () => {
      expect(redact(text)).not.toContain("plainvalue99");
      expect(redact(text)).toContain("[redacted]");
    });
  }

  test("keeps the rest of a form, of a query and of JSON readable", () => {
    expect(redact("client_id=a&client_secret=b&grant_type=refresh_token")).toBe(
      "client_id=a&client_secret=[redacted]&grant_type=refresh_token",
    );
    expect(redact("?key=abc&alt=sse")).toBe("?key=[redacted]&alt=sse");
    expect(redact(`{"refresh_token":"abc","a":1}`)).toBe(`{"refresh_token":"[redacted]","a":1}`);
  });

  test("hides a token behind whatever is not part of a word", () => {
    for (const before of [":", "/", "=", "(", '"', "."]) {
      expect(redact(`a${before}1//0gexample-token_0123`)).toBe(`a${before}[token]`);
      expect(redact(`a${before}4/0AexampleCode_0123456789`)).toBe(`a${before}[code]`);
    }
  });

  test("leaves ordinary sentences alone", () => {
    for (const text of [
      "You exceeded your current quota, limit: 20, model: gemini-2.5-pro. Please retry in 36.4s.",
      "API key not valid. Please pass a valid API key.",
      "See https://console.developers.google.com/apis/api/x.googleapis.com/overview?project=my-project",
      "models/gemini-9-pro is not found for API version v1beta",
      "projects/p/locations/us-central1//publishers",
    ]) {
      expect(redact(text)).toBe(text);
    }
  });

  test("a cut private key is hidden to the end of the text", () => {
    expect(redact("a -----BEGIN RSA PRIVATE KEY-----\nMIIexample")).toBe("a [private key]");
  });

  test("no secret survives any neighbourhood, and a second pass changes nothing", () => {
    const piece = fc.oneof(fc.constantFrom(...Object.values(SECRETS)), fc.string());
    const around = fc.array(piece, { maxLength: 6 });
    const gap = fc.constantFrom(" ", '"', "'", "\n", ": ", "=", ",", "(", ">");
    fc.assert(
      fc.property(around, gap, fc.constantFrom(...Object.values(SECRETS)), around, (before, by, secret, after) => {
        const clean = redact([...before, secret, ...after].join(by));
        expect(clean).not.toContain(secret);
        expect(redact(clean)).toBe(clean);
      }),
      { seed: 14, numRuns: 500 },
    );
  });

  test("gets through long hostile text", () => {
    const runs = [
      "a",
      "eyJ",
      "eyJaaaaaa.",
      "AIza",
      "AQ.",
      "1//",
      "a@",
      "a@b.",
      "Bearer ",
      "refresh_token ",
      "-----BEGIN ",
      "key=",
      "\\",
      '"key"',
    ];
    for (const run of runs) {
      const text = run.repeat(Math.ceil(200_000 / run.length));
      expect(redact(text).length).toBeLessThanOrEqual(text.length * 8);
    }
  });
});
