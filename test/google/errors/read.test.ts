import { describe, expect, test } from "bun:test";
import { readError } from "../../../src/google/errors/read";

const read = (body: unknown, status = 429) =>
  readError(typeof body === "string" ? body : JSON.stringify(body), status, null);

describe("readError", () => {
  test("reads all parts of an error, in any order and with strangers among them", () => {
    const error = read({
      error: {
        details: [
          {
            links: [
              { description: "Learn more", url: "https://a.example" },
              { description: "Mend it", url: "https://b.example" },
            ],
          },
          { "@type": "x", unknown: true },
          { violations: [{ quotaValue: "20", quotaId: "PerDay" }, { quotaId: "PerMinute" }, { subject: "s" }] },
          { retryDelay: "36s" },
          { reason: "RATE_LIMIT_EXCEEDED", metadata: { model: "m" } },
        ],
        message: "Two\n\t\tlines",
        code: 429,
      },
    });
    expect(error).toMatchObject({
      status: 429,
      message: "Two lines",
      text: "two lines",
      reasons: [{ name: "RATE_LIMIT_EXCEEDED", ofGoogle: true }],
      limits: [
        { id: "PerDay", value: 20, whole: true },
        { id: "PerMinute", value: undefined, whole: true },
      ],
      retryDelay: "36s",
      help: "https://b.example",
    });
    expect(error.metadata("model")).toBe("m");
    expect(error.metadata("other")).toBeUndefined();
  });

  test("looks through a list, a nested message and a missing wrapper", () => {
    const inner = { error: { code: 403, message: "inner", status: "PERMISSION_DENIED" } };
    expect(read([{ unrelated: 1 }, inner])).toMatchObject({ status: 403, message: "inner" });
    expect(read({ error: { code: 500, message: JSON.stringify([inner]) } })).toMatchObject({
      status: 403,
      message: "inner",
    });
    expect(read(inner.error)).toMatchObject({ status: 403, message: "inner" });
  });

  test("goes three messages deep and no further", () => {
    const nest = (message: string, depth: number): string =>
      depth === 0 ? message : JSON.stringify({ error: { message: nest(message, depth - 1) } });
    expect(read(nest("found", 4)).message).toBe("found");
    expect(read(nest("found", 9)).message).toContain('"error"');
  });

  test("the body's name of a status counts where it has no number", () => {
    expect(read({ error: { status: "RESOURCE_EXHAUSTED" } }, 200).status).toBe(429);
    expect(read({ error: { code: "invalid_request", message: "x" } }, 400).status).toBe(400);
    expect(read({ error: { code: 7, message: "x" } }, 403).status).toBe(403);
  });

  test("a page gives its words, nothing gives none", () => {
    expect(read("<html><b>We&#39;re</b> sorry</html>")).toMatchObject({ html: true, message: "We're sorry" });
    expect(read("")).toMatchObject({ html: true, message: "" });
    expect(read("upstream connect error")).toMatchObject({ html: false, message: "upstream connect error" });
  });

  test("of a body that was cut, only what is absent from its last detail may have been cut off", () => {
    const whole = JSON.stringify({
      error: { message: "x", details: [{ reason: "A" }, { violations: [{ quotaId: "B" }] }, { reason: "C" }] },
    });
    expect(read(whole.slice(0, -2))).toMatchObject({
      reasons: [
        { name: "A", ofGoogle: true },
        { name: "C", ofGoogle: false },
      ],
      limits: [{ id: "B", whole: true }],
    });
  });

  test("a reason is Google's by its domain", () => {
    const domains = [
      "googleapis.com",
      "staging-cloudcode-pa.googleapis.com",
      "google.com",
      "evil-googleapis.com",
      "x.example",
    ];
    const { reasons } = read({ error: { details: domains.map((domain) => ({ reason: "X", domain })) } });
    expect(reasons.map(({ ofGoogle }) => ofGoogle)).toEqual([true, true, true, false, false]);
  });

  test("finds Google's answer in a page and in a line of text, but never in the midst of a message", () => {
    const inner = '{"error":{"code":403,"message":"inner"}}';
    expect(read(`<style>a{b:c}</style><pre>${inner.replaceAll('"', "&quot;")}</pre>`)).toMatchObject({ status: 403 });
    expect(read(`data: ${inner}\n\n`)).toMatchObject({ status: 403, message: "inner" });
    expect(read({ error: { code: 400, message: `Invalid value: ${inner}` } })).toMatchObject({ status: 400 });
  });

  test("what a wrapper says of the status counts only where Google's answer says nothing", () => {
    const nested = (inner: object) =>
      read({ error: { code: 500, status: "INTERNAL", message: JSON.stringify(inner) } }, 500);
    expect(nested({ error: { status: "RESOURCE_EXHAUSTED", message: "x" } }).status).toBe(429);
    expect(nested({ error: { code: 403, message: "x" } }).status).toBe(403);
    expect(nested({ error: { message: "x" } }).status).toBe(500);
  });

  test("the names of the fields at fault are part of the text", () => {
    const error = read({
      error: { message: "Invalid value", details: [{ fieldViolations: [{ field: "a.thought_signature" }] }] },
    });
    expect(error).toMatchObject({ message: "Invalid value", text: "invalid value a.thought_signature" });
  });

  test("a message is bounded", () => {
    expect(read({ error: { message: "x".repeat(50_000) } }).message.length).toBe(8_000);
  });
});
