import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BackendName } from "../../../src/core/account";
import { type Failure, isFailure } from "../../../src/core/outcome";
import { classify } from "../../../src/google/errors/classify";
import { ROWS } from "../../fixture/google-refusals";
import { ANY } from "../../fixture/google-refusals-shape";

const NOW = Date.parse("2026-01-15T12:00:00Z");
const LIMIT = 65_536;
const ROUNDS = process.env["POOL_TEST_LONG"] === "1" ? 5_000 : 600;

const read = (backend: BackendName, status: number, body: string, headers: Record<string, string> = {}) =>
  classify({ backend, status, headers: new Headers(headers), body, now: NOW });

/** What holds of every reading, whatever was read. */
function sane(failure: Failure): void {
  expect(isFailure(failure)).toBe(true);
  expect(Number.isInteger(failure.status)).toBe(true);
  expect(failure.sentence).not.toBe("");
  expect(failure.sentence.length).toBeLessThanOrEqual(300);
  if (failure.kind !== "limited" && failure.kind !== "capacity") return;
  expect(failure.until ?? NOW).toBeGreaterThanOrEqual(NOW);
  expect(failure.until ?? NOW).toBeLessThanOrEqual(NOW + 40 * 86_400_000);
  expect("quotaId" in failure ? (failure.quotaId ?? "").length : 0).toBeLessThanOrEqual(120);
}

const backends = fc.constantFrom(...ANY);
const statuses = fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom(400, 401, 403, 404, 429, 500, 503));

/** Names that are read somewhere, so that chance meets the code behind them. */
const names = fc.constantFrom(
  ...["error", "message", "details", "reason", "domain", "violations", "quotaId", "quotaMetric", "quotaValue"],
  ...[
    "retryDelay",
    "seconds",
    "nanos",
    "metadata",
    "consumer",
    "quotaResetTimeStamp",
    "quotaResetDelay",
    "quota_limit",
  ],
  ...[
    "links",
    "url",
    "description",
    "code",
    "status",
    "errors",
    "fieldViolations",
    "field",
    "__proto__",
    "constructor",
  ],
);
const words = fc.constantFrom(
  "QUOTA_EXHAUSTED",
  "TOS_VIOLATION",
  "1e999s",
  "-5s",
  "429",
  "constructor",
  "RequestsPerDay",
);
const shapes = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.double(),
    fc.constant(null),
    words,
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(names, tie("value")),
}));

describe("classify never throws", () => {
  test("on JSON of any shape", () => {
    const bodies = fc.oneof(shapes.object, shapes.list, fc.jsonValue()).map((value) => JSON.stringify(value));
    const wrapped = fc.oneof(
      bodies,
      shapes.object.map((error) => JSON.stringify({ error })),
    );
    fc.assert(
      fc.property(backends, statuses, wrapped, (backend, status, body) => sane(read(backend, status, body))),
      { seed: 3, numRuns: ROUNDS },
    );
  });

  test("on any bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("utf8"));
    const texts = fc.oneof(bytes, fc.string({ maxLength: 300 }));
    fc.assert(
      fc.property(backends, statuses, texts, (backend, status, body) => sane(read(backend, status, body))),
      { seed: 4, numRuns: ROUNDS },
    );
  });

  test("on real bodies that were cut, torn, doubled or overwritten", () => {
    const row = fc.constantFrom(...ROWS);
    const place = fc.nat(1_500);
    fc.assert(
      fc.property(row, place, place, fc.string(), fc.boolean(), (row, one, other, rest, doubled) => {
        const text = typeof row.body === "string" ? row.body : JSON.stringify(row.body);
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const torn =
          text.slice(0, from) + rest + (doubled ? text.slice(from, to) : "") + text.slice(doubled ? from : to);
        sane(read(row.backends[0], row.status, torn));
      }),
      { seed: 5, numRuns: ROUNDS },
    );
  });

  test("on headers of any kind", () => {
    const odd = fc.constantFrom("", "0", "-1", "1e9", "NaN", "9".repeat(100), "soon", "Thu, 99 Foo 2026", "https://x");
    fc.assert(
      fc.property(statuses, odd, odd, odd, (status, date, after, location) => {
        sane(read("gemini-api", status, "{}", { date, "retry-after": after, location }));
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

/** Runs on which a pattern that tries things twice would not come back within the time of a test. */
const RUNS = [
  ...["<", "[", "{", '{"a":', '[{"error":', '"reason"', '"reason" ', '"quotaId":"', '"quotaId":"a",', '"message":"\\'],
  ...["\\", '\\"', "\\u", " ", "\n\t", ",", '{"error"', '{"error" ', "&lt;", "&", "</pre>", "<pre>"],
  ...["retry in 1", "retry in ", "retry in 1h,and ", "1h", "1.", "9", "limit: 0", "limit:", "."],
  ...["requests per ", "requests per day", "per day", "https://", "https://a.example/", "?key=", "@", "a@b.", "%40"],
  ...[
    "googleapis.com",
    ".googleapis",
    "projects/",
    "AIza",
    "AQ.",
    "eyJa.",
    "-----BEGIN ",
    "api_key:",
    "\u0000",
    "\u202e",
    "é",
  ],
];

const STARTS = [
  "",
  '{"error":{"message":"',
  '{"error":{"code":429,',
  '{"error":{"code":403,"details":[{"reason":"X","domain":"',
  '{"error":{"code":429,"details":[{"violations":[{"quotaId":"',
  '{"error":{"code":429,"details":[{"retryDelay":"',
  '{"error":{"code":403,"details":[{"reason":"VALIDATION_REQUIRED","metadata":{"validation_url":"https://',
  "<html>",
  "upstream: ",
];

describe("classify gets through hostile bodies, of which it reads 64 Ki characters", () => {
  for (const start of STARTS) {
    test(start === "" ? "from the beginning" : `after ${start}`, () => {
      for (const run of RUNS) {
        const body = start + run.repeat(Math.ceil((2 * LIMIT) / run.length));
        const ended = `${start}${run.repeat(Math.floor(40_000 / run.length))}"}]}}`;
        const failure = read("code-assist", 429, body);
        sane(failure);
        sane(read("gemini-api", 403, ended));
        expect(failure).toEqual(read("code-assist", 429, body.slice(0, LIMIT)));
      }
    });
  }

  test("also where there are many of everything", () => {
    const many = <T>(value: T) => Array.from({ length: 400 }, () => value);
    const detail = {
      reason: "X",
      violations: many({ quotaId: "RequestsPerDay", quotaValue: "1" }),
      links: many({ description: "Learn more", url: "https://a.example" }),
    };
    sane(
      read("gemini-api", 429, JSON.stringify({ error: { code: 429, details: many(detail), errors: many(detail) } })),
    );
  });
});
