import { expect, test } from "bun:test";
import type { Account } from "../../../src/core/account";
import { createGeminiApiBackend } from "../../../src/google/backends/gemini-api";
import { USER_AGENT } from "../../../src/google/user-agent";
import type { HostRequest } from "../../../src/ports/upstream";
import { anAccount } from "../../support/builders";
import { fakeClock } from "../../support/fake-clock";

const account = anAccount({ project: "side-1" });
const plain = { signatures: { kind: "keep" } } as const;
const backend = createGeminiApiBackend({ endpoint: "https://gemini.example", clock: fakeClock(0) });

const request = (more: Partial<HostRequest> = {}): HostRequest => ({
  path: "/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
  method: "POST",
  headers: new Headers({
    "content-type": "application/json",
    accept: "*/*",
    "user-agent": "host/1",
    "x-goog-api-key": "AIza-example-of-the-host",
    authorization: "Bearer example-of-the-host",
    "x-session-id": "ses_1",
    "x-session-affinity": "ses_1",
    "x-parent-session-id": "ses_0",
    "x-marker": "1",
    cookie: "a=b",
  }),
  body: '{"contents":[ ]}',
  signal: undefined,
  ...more,
});

test("a call with a key carries that key, our name, and nothing else of the host", () => {
  const access = { kind: "api-key", key: "AIza-example-1" } as const;
  expect(backend.encode(request(), undefined, account, access, plain)).toEqual({
    url: "https://gemini.example/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    method: "POST",
    headers: {
      "user-agent": USER_AGENT,
      "content-type": "application/json",
      accept: "*/*",
      "x-goog-api-key": "AIza-example-1",
    },
    body: '{"contents":[ ]}',
  });
});

test("a login carries its token and the project that pays; the quota project comes first", () => {
  const access = { kind: "bearer", token: "ya29.example" } as const;
  const headers = (more: Partial<Account>) =>
    backend.encode(request(), undefined, { ...account, ...more }, access, plain).headers;
  expect(headers({})).toMatchObject({ authorization: "Bearer ya29.example", "x-goog-user-project": "side-1" });
  expect(headers({ quotaProject: "q-2" })["x-goog-user-project"]).toBe("q-2");
  expect(headers({})["x-goog-api-key"]).toBeUndefined();
});

test("a call without a body says nothing of its kind", () => {
  const sent = backend.encode(
    request({ path: "/models?pageSize=5", method: "GET", headers: new Headers(), body: undefined }),
    undefined,
    account,
    { kind: "api-key", key: "AIza-example-1" },
    plain,
  );
  expect(sent).toEqual({
    url: "https://gemini.example/v1beta/models?pageSize=5",
    method: "GET",
    headers: { "user-agent": USER_AGENT, "x-goog-api-key": "AIza-example-1" },
    body: undefined,
  });
});

test("an endpoint may be written with a slash or its version", () => {
  for (const endpoint of ["http://127.0.0.1:1/", "http://127.0.0.1:1/v1beta", "http://127.0.0.1:1/v1beta//"]) {
    const { url } = createGeminiApiBackend({ endpoint, clock: fakeClock(0) }).encode(
      request({ path: "/models" }),
      undefined,
      account,
      { kind: "api-key", key: "AIza-example-1" },
      plain,
    );
    expect(url).toBe("http://127.0.0.1:1/v1beta/models");
  }
});

test("signatures are replaced only where asked", () => {
  const body = '{"contents":[{"parts":[{"thoughtSignature":"c2ln"}]}]}';
  const encode = (kind: "keep" | "replace") =>
    backend.encode(request({ body }), undefined, account, { kind: "api-key", key: "k" }, { signatures: { kind } }).body;
  expect(encode("keep")).toBe(body);
  expect(encode("replace")).toBe(body.replace("c2ln", "skip_thought_signature_validator"));
});

test("everything can be asked of it", () => {
  expect(backend.supports(undefined)).toBe(true);
});
