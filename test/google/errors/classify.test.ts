import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isFailure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { ROWS } from "../../fixture/google-refusals";
import type { RefusalRow } from "../../fixture/google-refusals-shape";

/** Noon UTC in winter: 4:00 in California, 20 hours before its midnight. */
const NOW = Date.parse("2026-01-15T12:00:00Z");

const textOf = (body: object | string) => (typeof body === "string" ? body : JSON.stringify(body));

const read = ({ backend, status }: Pick<RefusalRow, "backend" | "status">, body: string, headers = {}) =>
  classify({ backend, status, headers: new Headers(headers), body, now: NOW });

const expected = (means: RefusalRow["means"]) =>
  typeof means["until"] === "number" ? { ...means, until: NOW + means["until"] } : means;

/** What the failure says of the fields a row speaks of; one that must be absent counts as undefined. */
const said = (failure: object, means: RefusalRow["means"]) => ({
  ...Object.fromEntries(Object.keys(means).map((name) => [name, Reflect.get(failure, name)])),
});

/** The same error as other routes and proxies deliver it. */
const FORMS: Readonly<Record<string, (body: object) => string>> = {
  "in a list": (body) => JSON.stringify(Array.isArray(body) ? body : [body]),
  "within a message": (body) => JSON.stringify({ error: { code: 500, message: JSON.stringify(body) } }),
  "within a message within a message": (body) =>
    JSON.stringify({ error: { message: JSON.stringify({ error: { message: ` ${JSON.stringify(body)}` } }) } }),
  "with more white space": (body) => `\n${JSON.stringify(body, null, 4).replaceAll("\\n", "\\n\\t\\t ")}\r\n`,
  "with unknown fields and details": (body) =>
    JSON.stringify(body, (name, value) =>
      name === "details" ? [{ "@type": "x/Unknown", x: 1 }, null, 7, ...value] : value,
    ),
  "in another order": (body) => JSON.stringify(body, (_, value) => reordered(value)),
};

function reordered(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > 1 && value.every((entry) => "@type" in entry) ? [...value].reverse() : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

describe("classify", () => {
  for (const row of ROWS) {
    test(`${row.backend} ${row.status}: ${row.name}`, () => {
      const failure = read(row, textOf(row.body));
      expect(said(failure, row.means)).toEqual(expected(row.means));
      expect(failure.status).toBe(row.status);
      expect(isFailure(failure)).toBe(true);
    });
  }

  for (const [form, wrap] of Object.entries(FORMS)) {
    test(`reads every row ${form}`, () => {
      for (const row of ROWS) {
        if (typeof row.body === "string") continue;
        const failure = read(row, wrap(row.body));
        const { sentence: _, ...means } = expected(row.means);
        expect({ name: row.name, ...said(failure, means) }).toEqual({ name: row.name, ...means });
      }
    });
  }

  test("the sentence is one line a person can read, without secrets", () => {
    for (const row of ROWS) {
      const { sentence } = read(row, textOf(row.body));
      expect(sentence).toMatch(/^\S[^\n\t]{3,299}$/u);
      expect(sentence).not.toContain("AIza");
      expect(sentence).not.toContain("@");
      expect(sentence).not.toMatch(/[{}<]/);
    }
  });

  test("a body that was cut keeps its reason, its limit and its time", () => {
    const message = "x".repeat(60_000);
    const details = `[{"reason":"QUOTA_EXHAUSTED"},{"retryDelay":"90s"},{"pad":"${"y".repeat(70_000)}`;
    const body = `{"error":{"code":429,"message":"${message}","status":"RESOURCE_EXHAUSTED","details":${details}`;
    expect(read({ backend: "code-assist", status: 429 }, body)).toMatchObject({
      kind: "limited",
      reason: "quota",
      until: NOW + 90_000,
    });
  });

  test("a body that was cut in its message still tells a signature from a field", () => {
    const body = `{"error":{"code":400,"message":"Invalid value at 'parts[0].thought_signature', decoding failed for \\"${"A".repeat(70_000)}`;
    expect(read({ backend: "code-assist", status: 400 }, body).kind).toBe("signature");
  });

  test("the body's own status counts for more than that of HTTP", () => {
    const body = JSON.stringify({ error: { code: 429, message: "Slow down", status: "RESOURCE_EXHAUSTED" } });
    expect(read({ backend: "gemini-api", status: 500 }, body).kind).toBe("limited");
    expect(read({ backend: "gemini-api", status: 200 }, body)).toMatchObject({ kind: "limited", status: 429 });
  });

  test("honours a Retry-After that a proxy added, in seconds and as a date, after everything in the body", () => {
    const bare = JSON.stringify({ error: { code: 429, message: "Resource has been exhausted (e.g. check quota)." } });
    const at = { backend: "gemini-api", status: 429 } as const;
    expect(read(at, bare, { "retry-after": "120" })).toMatchObject({
      reason: "rate-limit",
      detailed: true,
      until: NOW + 120_000,
    });
    expect(read(at, bare, { "retry-after": "Thu, 15 Jan 2026 12:05:00 GMT" })).toMatchObject({ until: NOW + 300_000 });
    expect(read(at, bare.replace("quota).", "quota). Please retry in 5s."), { "retry-after": "120" })).toMatchObject({
      until: NOW + 5_000,
    });
  });

  test("a redirect to Google's refusal page is the network's", () => {
    const headers = { location: "https://www.google.com/sorry/index?continue=x" };
    expect(read({ backend: "gemini-api", status: 302 }, "", headers).kind).toBe("egress");
  });

  test("hands on no address that a browser could not open safely", () => {
    const body = JSON.stringify({
      error: {
        code: 403,
        details: [{ reason: "VALIDATION_REQUIRED", metadata: { validation_url: "javascript:alert(1)" } }],
      },
    });
    expect(read({ backend: "code-assist", status: 403 }, body)).not.toHaveProperty("url");
  });
});

describe("classify, whatever comes", () => {
  const backends = fc.constantFrom("gemini-api", "vertex", "code-assist") as fc.Arbitrary<RefusalRow["backend"]>;
  const names = [
    "error",
    "message",
    "details",
    "reason",
    "violations",
    "quotaId",
    "quotaValue",
    "retryDelay",
    "metadata",
    "links",
    "code",
    "status",
    "errors",
  ];
  const loose = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.double(),
      fc.constant(null),
      fc.constantFrom("QUOTA_EXHAUSTED", "1e999s", "-5s", "429"),
      tie("object"),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
    object: fc.dictionary(fc.constantFrom(...names), tie("value")),
  }));

  const sane = (failure: ReturnType<typeof classify>) => {
    expect(isFailure(failure)).toBe(true);
    expect(failure.sentence.length).toBeLessThanOrEqual(300);
    if (!("until" in failure) || failure.until === undefined) return;
    expect(failure.until).toBeGreaterThanOrEqual(NOW);
    expect(failure.until).toBeLessThanOrEqual(NOW + 41 * 86_400_000);
  };

  test("never throws on JSON of any shape", () => {
    fc.assert(
      fc.property(backends, fc.integer({ min: 0, max: 999 }), loose.object, (backend, status, body) => {
        sane(read({ backend, status }, JSON.stringify({ error: body })));
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });

  test("never throws on a real body cut or broken anywhere", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ROWS), fc.nat(2_000), fc.string(), (row, cut, rest) => {
        sane(read(row, textOf(row.body).slice(0, cut) + rest));
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  test("gets through hostile bodies, of which it reads 64 Ki characters", () => {
    const runs = [
      "<",
      "[",
      '{"a":',
      '"reason"',
      '"reason" ',
      '"quotaId":"',
      '"quotaId":"a",',
      "retry in 1",
      "1h",
      "\\",
      '"message":"\\',
      " ",
      "limit: 0",
      ".",
    ];
    for (const run of runs) {
      for (const start of ["", '{"error":{"message":"', '{"error":{"code":429,', "<html>"]) {
        const body = start + run.repeat(Math.ceil(300_000 / run.length));
        const failure = read({ backend: "code-assist", status: 429 }, body);
        sane(failure);
        expect(failure).toEqual(read({ backend: "code-assist", status: 429 }, body.slice(0, 65_536)));
      }
    }
  });
});
