import { expect, test } from "bun:test";
import manifest from "../../package.json";
import { describe as traitsOf } from "../../src/google/describe";
import { USER_AGENT } from "../../src/google/user-agent";

const ask = (path: string, headers: Record<string, string> = {}, method = "POST") =>
  traitsOf({ path, method, headers: new Headers(headers), body: "{}", signal: undefined });

test.each([
  ["generateContent", false],
  ["streamGenerateContent", true],
  ["countTokens", false],
  ["embedContent", false],
  ["batchEmbedContents", false],
] as const)("%s is a model call", (method, streaming) => {
  expect(ask(`/models/gemini-2.5-pro:${method}`)).toEqual({ model: "gemini-2.5-pro", method, streaming });
});

test("sessions, encoded names and the query are understood", () => {
  const headers = { "x-session-id": "ses_1", "X-Parent-Session-Id": "ses_0" };
  expect(ask("/models/my%2Fmodel:streamGenerateContent?alt=sse", headers)).toEqual({
    model: "my/model",
    method: "streamGenerateContent",
    streaming: true,
    sessionId: "ses_1",
    parentSessionId: "ses_0",
  });
  expect(ask("/models/50%:countTokens")?.model).toBe("50%");
  expect(ask("/models/m:countTokens", { "x-session-id": "" })).not.toHaveProperty("sessionId");
});

test("anything else is no model call", () => {
  for (const path of [
    "/models",
    "/models/m",
    "/models/m:predict",
    "/tunedModels/t:generateContent",
    "/x/models/m:generateContent",
    "/models/m:generateContent/x",
    "/models/:generateContent",
  ])
    expect(ask(path)).toBeUndefined();
  expect(ask("/models/m:generateContent", {}, "GET")).toBeUndefined();
});

test("we tell Google our own name and version", () => {
  expect(USER_AGENT).toBe(`${manifest.name}/${manifest.version}`);
});
