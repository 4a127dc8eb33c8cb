import { describe, expect, test } from "bun:test";
import { resolveEndpoints } from "../../src/config/endpoints";
import { readOptions } from "../../src/config/options";
import type { Account } from "../../src/core/account";
import type { CallTraits } from "../../src/core/call";
import { createVertexBackend } from "../../src/google/backends/vertex";
import { createKeyProbe } from "../../src/google/key-probe";
import { send } from "../../src/pool/send";
import type { Access } from "../../src/ports/upstream";
import type { Fetch } from "../../src/ports/world";
import { anAccount } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { CALLER, EXPRESS, EXPRESS_KEY, KEYS } from "../support/google-world";
import { textOf } from "../support/pool-world";
import { emulators } from "./running";
import type { Scenario } from "./scenario";
import type { Emulator } from "./server";

const MODEL = "gemini-3-flash-preview";
const WORLD: Scenario = { accounts: [CALLER, EXPRESS, { label: "one", key: KEYS.one }] };

const run = emulators();
const start = (more: Partial<Scenario> = {}) => run({ ...WORLD, ...more });

const realFetch: Fetch = (url, init) => fetch(url, init);
const TOKEN: Access = { kind: "bearer", token: CALLER.accessToken };
const KEY: Access = { kind: "api-key", key: EXPRESS_KEY };

interface Asked {
  readonly account?: Partial<Account>;
  readonly access?: Access;
  readonly method?: CallTraits["method"];
  readonly body?: object;
}

/** A client of the emulator that speaks through the real backend. */
function client({ url }: Emulator) {
  const clock = fakeClock(0);
  const backend = createVertexBackend({ endpoint: url, clock });
  return ({ account = {}, access = TOKEN, method = "streamGenerateContent", body }: Asked = {}) => {
    const streaming = method === "streamGenerateContent";
    return send({
      fetch: realFetch,
      clock,
      backend,
      request: {
        path: `/models/${MODEL}:${method}${streaming ? "?alt=sse" : ""}`,
        method: "POST",
        headers: new Headers(),
        body: JSON.stringify(body ?? { contents: [{ role: "user", parts: [{ text: "hi" }] }] }),
        signal: undefined,
      },
      call: { model: MODEL, method, streaming },
      entry: {
        account: anAccount({ backend: "vertex", credential: "oauth", project: CALLER.project, ...account }),
        credential: { kind: "api-key", key: "unused" },
      },
      access,
      options: { signatures: { kind: "keep" } },
    });
  };
}

const said = async (emulator: Emulator, asked: Asked = {}) => {
  const sent = await client(emulator)(asked);
  return sent.kind === "answered" ? textOf(await sent.response.text()) : sent.outcome;
};

const answers = (emulator: Emulator) => emulator.log().map(({ answer, target }) => `${answer} ${place(target)}`);
const place = (target: string) => /locations\/([^/]+)/.exec(target)?.[1] ?? "express";

describe("each way in", () => {
  test("answers: streamed, whole, at any location and in express mode", async () => {
    const emulator = await start();
    expect(await said(emulator)).toBe("Hello from caller (call 1).");
    expect(await said(emulator, { method: "generateContent", account: { location: "eu" } })).toBe(
      "Hello from caller (call 2).",
    );
    expect(await said(emulator, { access: KEY })).toBe("Hello from express (call 1).");
    expect(answers(emulator)).toEqual(["ok global", "ok eu", "ok express"]);
  });

  test("counts tokens", async () => {
    const sent = await client(await start())({ method: "countTokens" });
    if (sent.kind !== "answered") throw new Error(sent.outcome.kind);
    expect(await sent.response.json()).toEqual({ totalTokens: expect.any(Number) });
  });

  test("the end of a stream says what it used", async () => {
    const sent = await client(await start())();
    if (sent.kind !== "answered") throw new Error(sent.outcome.kind);
    await sent.response.text();
    expect(await sent.ended).toMatchObject({ kind: "success", usage: { inputTokens: expect.any(Number) } });
  });
});

describe("a refusal is read for what it is", () => {
  test.each([
    ["vx_429_dsq_bare", { kind: "capacity", detailed: false }],
    ["vx_429_project_quota", { kind: "limited", scope: "quota", reason: "rate-limit" }],
    ["vx_429_provisioned", { kind: "limited", reason: "rate-limit" }],
    ["vx_401_api_key_unsupported", { kind: "parked", state: "key-invalid", scope: "account" }],
    ["vx_403_iam", { kind: "parked", state: "no-licence", scope: "account" }],
    [
      "vx_403_service_disabled",
      { kind: "parked", state: "project-disabled", scope: "project", url: expect.stringContaining("aiplatform") },
    ],
    [
      "vx_403_billing_disabled",
      { kind: "parked", state: "billing", scope: "project", url: expect.stringContaining("billing/enable") },
    ],
    ["vx_404_publisher_model", { kind: "limited", reason: "model-unavailable", scope: "quota" }],
    ["vx_400_thought_signature_missing", { kind: "signature" }],
    ["vx_400_thought_signature_invalid", { kind: "signature" }],
    ["any_401_access_token_expired", { kind: "unauthorized" }],
    ["gl_503_overloaded", { kind: "capacity" }],
    ["html_502", { kind: "transient", cause: "server" }],
  ])("%s", async (answer, expected) => {
    const emulator = await start({ faults: [{ answer }] });
    expect(await said(emulator)).toMatchObject(expected);
    expect(emulator.stats().calls).toBe(1);
  });
});

describe("a model that is missing at the account's location", () => {
  const account = { location: "europe-west4" };

  test("is found at global with one more call, and from then on at once", async () => {
    const emulator = await start({ locations: { "europe-west4": { models: [] } } });
    const ask = client(emulator);
    for (const count of [1, 2]) {
      const sent = await ask({ account });
      if (sent.kind !== "answered") throw new Error(sent.outcome.kind);
      expect(textOf(await sent.response.text())).toBe(`Hello from caller (call ${count}).`);
    }
    expect(answers(emulator)).toEqual(["vx_404_publisher_model europe-west4", "ok global", "ok global"]);
  });

  test("and at global too is unavailable after two calls", async () => {
    const emulator = await start({ locations: { "europe-west4": { models: [] }, global: { models: [] } } });
    expect(await said(emulator, { account })).toMatchObject({ kind: "limited", reason: "model-unavailable" });
    expect(emulator.stats().calls).toBe(2);
  });
});

test("a body that Vertex AI refuses in two ways is mended in two, and then passes", async () => {
  const emulator = await start({ vertexWithoutCallIds: true, locations: { "europe-west4": { models: [] } } });
  const body = {
    contents: [
      { role: "user", parts: [{ text: "look" }] },
      { role: "model", parts: [{ functionCall: { id: "c1", name: "look", args: {} } }] },
      { role: "user", parts: [{ functionResponse: { id: "c1", name: "look", response: {} } }] },
    ],
  };
  const ask = client(emulator);
  const sent = await ask({ body, account: { location: "europe-west4" } });
  if (sent.kind !== "answered") throw new Error(sent.outcome.kind);
  await sent.response.text();
  expect(answers(emulator)).toEqual([
    "invalid-request europe-west4",
    "vx_404_publisher_model europe-west4",
    "ok global",
  ]);
  await ask({ body });
  expect(answers(emulator).at(-1)).toBe("ok global");
});

describe("a key is told for what it is", () => {
  const probing = async (key: string, backend: "gemini-api" | "vertex", more: Partial<Scenario> = {}) => {
    const emulator = await start(more);
    const probe = createKeyProbe({ fetch: realFetch, geminiApi: emulator.url, vertex: emulator.url });
    const result = await probe.probe(key, { backend });
    expect(emulator.log()).toHaveLength(1);
    expect(emulator.stats().generate).toEqual({});
    return result.kind === "valid" ? "valid" : (result.fault ?? result.outcome.kind);
  };
  const faults = (path: "models" | "count", answer: string) => ({ faults: [{ on: { path }, answer }] });

  test("where it is for", async () => {
    expect(await probing(KEYS.one, "gemini-api")).toBe("valid");
    expect(await probing(EXPRESS_KEY, "vertex")).toBe("valid");
    expect(await probing(KEYS.one, "vertex")).toBe("wrong-service");
    expect(await probing(EXPRESS_KEY, "gemini-api")).toBe("wrong-service");
    for (const backend of ["gemini-api", "vertex"] as const) {
      expect(await probing("AIza-example-nobody", backend)).toBe("invalid");
      expect(await probing("AQ.example-nobody", backend)).toBe("invalid");
    }
  });

  test("by a project that is not ready for it", async () => {
    const project = (vertex: object) => ({ projects: { [EXPRESS.project]: { vertex } } });
    expect(await probing(EXPRESS_KEY, "vertex", project({ withoutBilling: true }))).toBe("no-billing");
    expect(await probing(EXPRESS_KEY, "vertex", project({ disabled: true }))).toBe("wrong-service");
    expect(await probing(KEYS.one, "gemini-api", faults("models", "gl_402_prepay_depleted"))).toBe("no-billing");
    expect(await probing(KEYS.one, "gemini-api", faults("models", "gl_403_service_disabled"))).toBe("wrong-service");
  });

  test("by what its owner or Google forbids", async () => {
    for (const answer of [
      "gl_403_referrer_blocked",
      "gl_403_ip_blocked",
      "gl_403_key_leaked",
      "gl_403_consumer_suspended",
    ])
      expect(await probing(KEYS.one, "gemini-api", faults("models", answer))).toBe("blocked");
    expect(await probing(EXPRESS_KEY, "vertex", faults("count", "gl_403_ip_blocked"))).toBe("blocked");
  });

  test("a model that is gone and a quota that is used up say nothing against it", async () => {
    expect(await probing(EXPRESS_KEY, "vertex", { models: ["gemini-9"] })).toBe("valid");
    expect(await probing(EXPRESS_KEY, "vertex", faults("count", "vx_429_project_quota"))).toBe("limited");
    expect(await probing(EXPRESS_KEY, "vertex", faults("count", "html_502"))).toBe("transient");
  });
});

describe("the endpoint", () => {
  const read = (text: string | undefined, env: Record<string, string>) =>
    resolveEndpoints(readOptions(text, JSON.parse).options, env).vertex;

  test("by option and by environment leads there, and every location with it", async () => {
    const emulator = await start();
    const { url } = emulator;
    const given = [
      read(JSON.stringify({ endpoints: { vertex: url } }), { GOOGLE_VERTEX_BASE_URL: "https://other.example" }),
      read(undefined, { GOOGLE_VERTEX_BASE_URL: `${url}/v1beta1` }),
    ];
    for (const endpoint of given) {
      expect(endpoint).toBeDefined();
      const ask = client({ ...emulator, url: endpoint ?? "" });
      for (const location of ["global", "eu", "europe-west4"]) {
        const sent = await ask({ account: { location } });
        expect(sent.kind).toBe("answered");
        if (sent.kind === "answered") await sent.response.text();
      }
    }
    expect(emulator.stats().calls).toBe(6);
  });
});
