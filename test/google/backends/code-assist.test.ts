import { expect, test } from "bun:test";
import type { Account } from "../../../src/core/account";
import type { CallMethod, CallTraits } from "../../../src/core/call";
import { createCodeAssistBackend } from "../../../src/google/backends/code-assist";
import { USER_AGENT } from "../../../src/google/user-agent";
import type { HostRequest } from "../../../src/ports/upstream";
import { aSeat } from "../../support/builders";
import { fakeClock } from "../../support/fake-clock";

const account = aSeat({ project: 'work-"1"' });
const access = { kind: "bearer", token: "ya29.example" } as const;
const backend = createCodeAssistBackend({
  endpoint: "https://assist.example/v1internal/",
  clock: fakeClock(0),
  newId: () => "id-1",
});

const traits = (method: CallMethod, model = "gemini-2.5-pro"): CallTraits => ({
  model,
  method,
  streaming: method === "streamGenerateContent",
});

const request = (body: string | undefined, path = "/models/gemini-2.5-pro:generateContent"): HostRequest => ({
  path,
  method: "POST",
  headers: new Headers({ "x-session-id": "ses_1", "content-type": "application/json" }),
  body,
  signal: undefined,
});

const encode = (body: string | undefined, call: CallTraits | undefined, more: Partial<Account> = {}) =>
  backend.encode(request(body), call, { ...account, ...more }, access, { signatures: { kind: "keep" } });

test("a body goes into the envelope letter by letter", () => {
  const body = ' {"contents":[1.0, 12345678901234567890],\n"systemInstruction":{}} ';
  const sent = encode(body, traits("streamGenerateContent"));
  expect(sent.url).toBe("https://assist.example/v1internal:streamGenerateContent?alt=sse");
  expect(sent.headers).toEqual({
    "user-agent": USER_AGENT,
    "content-type": "application/json",
    authorization: "Bearer ya29.example",
  });
  expect(sent.body).toBe(
    `{"model":"gemini-2.5-pro","project":"work-\\"1\\"","user_prompt_id":"id-1","request":${body}}`,
  );
  expect(JSON.parse(sent.body ?? "").project).toBe('work-"1"');
});

test("one answer in a piece is asked for without a stream, and an unknown project is left out", () => {
  const { project: _, ...bare } = account;
  const sent = backend.encode(request("{}"), traits("generateContent"), bare, access, { signatures: { kind: "keep" } });
  expect(sent.url).toBe("https://assist.example/v1internal:generateContent");
  expect(JSON.parse(sent.body ?? "")).toEqual({ model: "gemini-2.5-pro", user_prompt_id: "id-1", request: {} });
});

test("counting names the model inside the request", () => {
  const count = (body: string) => JSON.parse(encode(body, traits("countTokens")).body ?? "");
  expect(count('{"contents":[]}')).toEqual({ request: { model: "models/gemini-2.5-pro", contents: [] } });
  expect(count(" { } ")).toEqual({ request: { model: "models/gemini-2.5-pro" } });
});

test("signatures are replaced inside the envelope where asked", () => {
  const body = '{"contents":[{"parts":[{"thoughtSignature":"c2ln"}]}]}';
  const sent = backend.encode(request(body), traits("generateContent"), account, access, {
    signatures: { kind: "replace" },
  });
  expect(JSON.parse(sent.body ?? "").request.contents[0].parts[0].thoughtSignature).toBe(
    "skip_thought_signature_validator",
  );
});

test("it says what it cannot do, and still encodes it without a throw", () => {
  expect(
    (["generateContent", "streamGenerateContent", "countTokens"] as const).every((m) => backend.supports(traits(m))),
  ).toBe(true);
  expect(backend.supports(traits("embedContent"))).toBe(false);
  expect(backend.supports(undefined)).toBe(false);
  expect(encode("{}", undefined)).toMatchObject({
    url: "https://assist.example/v1internal/models/gemini-2.5-pro:generateContent",
    body: "{}",
  });
});
