import { describe, expect, test } from "bun:test";
import { readCall } from "../../src/simulator/call";

const post = (target: string, body: unknown = {}, headers: Record<string, string> = {}) => ({
  method: "POST",
  target,
  headers,
  body: JSON.stringify(body),
});

describe("what a request asks for", () => {
  test.each([
    [
      "/v1beta/models/m:generateContent",
      { path: "generate", backend: "gemini-api", model: "m", streaming: false, sse: false },
    ],
    [
      "/v1beta/models/m:streamGenerateContent?alt=sse",
      { path: "generate", streaming: true, sse: true, method: "StreamGenerateContent" },
    ],
    ["/v1beta/models/m:streamGenerateContent", { streaming: true, sse: false }],
    ["/v1beta/models/m:countTokens", { path: "count" }],
    [
      "/v1internal:streamGenerateContent?alt=sse",
      { path: "generate", backend: "code-assist", streaming: true, sse: true },
    ],
    ["/v1internal:retrieveUserQuota", { path: "quota" }],
    ["/token", { path: "token", backend: "oauth" }],
  ])("%s", (target, expected) => {
    expect(readCall(post(target), true)).toMatchObject(expected);
  });

  test.each([
    "/",
    "/v1beta/models/m",
    "/v1beta/models/m:retrieveUserQuota",
    "/v1internal:unknown",
    "/v1/models/m:generateContent",
  ])("nothing: %s", (target) => {
    expect(readCall(post(target), true)).toBeUndefined();
  });
});

test("model and project of an envelope are found at either end of a body that is not read", () => {
  const request = { contents: [{ parts: [{ text: "x".repeat(100_000) }] }] };
  const first = readCall(post("/v1internal:generateContent", { model: "m", project: "p", request }), false);
  const last = readCall(post("/v1internal:generateContent", { request, model: "m", project: "p" }), false);
  for (const call of [first, last]) expect(call).toMatchObject({ model: "m", outer: { project: "p" } });
});

test("a token is read from its header alone", () => {
  expect(readCall(post("/v1internal:generateContent", {}, { authorization: "Bearer ya29.x" }), true)?.bearer).toBe(
    "ya29.x",
  );
  expect(readCall(post("/v1internal:generateContent?access_token=ya29.x"), true)?.bearer).toBeUndefined();
});
