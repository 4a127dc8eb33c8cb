import { describe, expect, test } from "bun:test";
import type { BackendName } from "../../../src/core/account";
import { type Failure, isFailure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { ROWS } from "../../fixture/google-refusals";
import type { Meaning, RefusalRow } from "../../fixture/google-refusals-shape";
import { VARIATIONS, type VariationName, vary } from "../../fixture/google-variations";

/** Noon UTC in winter: 4:00 in California, 20 hours before its midnight. */
const NOW = Date.parse("2026-01-15T12:00:00Z");

const read = (backend: BackendName, status: number, body: string, headers = {}) =>
  classify({ backend, status, headers: new Headers(headers), body, now: NOW });

const expected = (means: Meaning): Meaning =>
  typeof means["until"] === "number" ? { ...means, until: NOW + means["until"] } : means;

const meaningOf = ({ status: _status, sentence: _sentence, ...meaning }: Failure): Meaning => meaning;

const textOf = (body: object | string) => (typeof body === "string" ? body : JSON.stringify(body));

/** What one backend understands of a row in each of its forms, and what it should. */
function readings({ body, status, headers, means, varied }: RefusalRow, backend: BackendName) {
  if (typeof body === "string") {
    return [{ "as it is": meaningOf(read(backend, status, body, headers)) }, { "as it is": expected(means) }] as const;
  }
  const names = Object.keys(VARIATIONS) as VariationName[];
  const found = names.map((name) => {
    const form = vary(name, { body, status });
    return [name, meaningOf(read(backend, form.status, form.text, headers))] as const;
  });
  const wanted = names.map((name) => [name, expected(varied[name] ?? means)] as const);
  return [Object.fromEntries(found), Object.fromEntries(wanted)] as const;
}

describe("classify, each row in each form", () => {
  for (const row of ROWS) {
    for (const backend of row.backends) {
      test(`${backend} ${row.status}: ${row.name}`, () => {
        const [found, wanted] = readings(row, backend);
        expect(found).toEqual(wanted as typeof found);
      });
    }
  }

  test("every row has a name of its own", () => {
    const names = ROWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("keeps the status of HTTP, and of a stream the one inside it", () => {
    for (const { backends, body, status, headers } of ROWS) {
      const failure = read(backends[0], status, textOf(body), headers);
      expect(isFailure(failure)).toBe(true);
      expect(failure.status).toBe(status === 200 ? 503 : status);
    }
  });
});

describe("the sentence of a refusal", () => {
  for (const { name, backends, body, status, headers, says } of ROWS.filter((row) => row.says !== undefined)) {
    test(`${name}: ${says}`, () => {
      expect(read(backends[0], status, textOf(body), headers).sentence).toBe(says as string);
    });
  }

  test("is one line that a person can read, in whatever form the refusal comes", () => {
    const names = Object.keys(VARIATIONS) as VariationName[];
    const forms = ROWS.flatMap(({ backends: [backend], body, status }) =>
      typeof body === "string"
        ? [{ backend, status, text: body }]
        : names.map((name) => ({ backend, ...vary(name, { body, status }) })),
    );
    const sentences = new Set(forms.map(({ backend, status, text }) => read(backend, status, text).sentence));
    for (const sentence of sentences) expect(sentence).toMatch(/^[^\s{}][^\n\t\r]{3,299}$/u);
  });

  test("carries nothing that a terminal would obey", () => {
    const body = JSON.stringify({ error: { code: 400, message: "a\u001b[31mred\u0007 \u202eesrever\u200b word" } });
    expect(read("gemini-api", 400, body).sentence).toBe("a [31mred esrever word");
  });
});

describe("classify, which source wins", () => {
  const refusal = (...details: object[]) =>
    JSON.stringify({ error: { code: 429, message: "Resource exhausted, please try again later", details } });
  const capacity = { reason: "MODEL_CAPACITY_EXHAUSTED", domain: "cloudcode-pa.googleapis.com" };
  const day = { violations: [{ quotaId: "RequestsPerDay", quotaValue: "20" }] };

  test("the reason before the quota, the quota before the words, the words before the status", () => {
    expect(read("gemini-api", 503, refusal(day, capacity)).kind).toBe("capacity");
    expect(read("gemini-api", 503, refusal(day))).toMatchObject({ kind: "limited", reason: "daily-quota" });
    expect(read("gemini-api", 503, refusal()).kind).toBe("capacity");
    expect(read("gemini-api", 429, "odd").kind).toBe("limited");
  });

  test("Retry-After, in seconds and as a date, after everything in the body", () => {
    const bare = refusal();
    expect(read("gemini-api", 429, bare, { "retry-after": "120" })).toMatchObject({
      detailed: true,
      until: NOW + 120_000,
    });
    const date = { "retry-after": "Thu, 15 Jan 2026 12:05:00 GMT" };
    expect(read("gemini-api", 429, bare, date)).toMatchObject({ until: NOW + 300_000 });
    expect(read("gemini-api", 429, bare.replace("later", "later, or retry in 5s"), date)).toMatchObject({
      until: NOW + 5_000,
    });
  });

  test("the body's own status before that of HTTP", () => {
    const body = JSON.stringify({ error: { code: 429, message: "Slow down", status: "RESOURCE_EXHAUSTED" } });
    expect(read("gemini-api", 500, body).kind).toBe("limited");
    expect(read("gemini-api", 200, body)).toMatchObject({ kind: "limited", status: 429 });
    expect(read("gemini-api", 403, JSON.stringify({ error: { status: "constructor", message: "x" } })).kind).toBe(
      "denied",
    );
  });
});

describe("classify, a body that was cut", () => {
  test("in its message, still tells a signature from a field", () => {
    const body = `{"error":{"code":400,"message":"Invalid value at 'parts[0].thought_signature', decoding failed for \\"${"A".repeat(70_000)}`;
    expect(read("code-assist", 400, body).kind).toBe("signature");
  });

  test("before a number, does not take it for a zero that Google dropped", () => {
    const body = '{"error":{"code":429,"details":[{"violations":[{"quotaId":"RequestsPerDay","quotaVa';
    expect(read("gemini-api", 429, body)).toMatchObject({ reason: "daily-quota", quotaId: "RequestsPerDay" });
  });

  test("anywhere, never says worse of an account than the whole", () => {
    const harsh = ["parked", "banned", "egress"];
    const worse: string[] = [];
    for (const { name, backends, body, status, means } of ROWS) {
      if (typeof body === "string" || harsh.includes(String(means["kind"]))) continue;
      const text = JSON.stringify(body);
      for (let end = 0; end < text.length; end += 7) {
        const { kind } = read(backends[0], status, text.slice(0, end));
        if (harsh.includes(kind)) worse.push(`${name}, cut at ${end}: ${kind}`);
      }
    }
    expect(worse).toEqual([]);
  });
});
