import { describe, expect, test } from "bun:test";
import type { Account } from "../../../src/core/account";
import type { CallTraits } from "../../../src/core/call";
import { createVertexBackend } from "../../../src/google/backends/vertex";
import { USER_AGENT } from "../../../src/google/user-agent";
import type { Access, HostRequest, OutgoingRequest } from "../../../src/ports/upstream";
import { anAccount } from "../../support/builders";
import { fakeClock } from "../../support/fake-clock";

const STREAM = "/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
const CALL: CallTraits = { model: "gemini-2.5-flash", method: "streamGenerateContent", streaming: true };
const TOKEN: Access = { kind: "bearer", token: "ya29.example" };
const KEY: Access = { kind: "api-key", key: "AQ.example" };
const MODELS = "publishers/google/models";

const request = (more: Partial<HostRequest> = {}): HostRequest => ({
  path: STREAM,
  method: "POST",
  headers: new Headers({ "content-type": "application/json", accept: "*/*", "x-session-id": "ses_1", cookie: "a=b" }),
  body: '{"contents":[ ]}',
  signal: undefined,
  ...more,
});

const caller = (more: Partial<Account> = {}): Account =>
  anAccount({ backend: "vertex", credential: "oauth", project: "prod-9", ...more });

function vertex(endpoint?: string, clock = fakeClock(0)) {
  const backend = createVertexBackend({ endpoint, clock });
  const encode = (account: Account, access = TOKEN, more: Partial<HostRequest> = {}) =>
    backend.encode(request(more), CALL, account, access, { signatures: { kind: "keep" } });
  const refused = (sent: OutgoingRequest | undefined, status: number, message: string) => {
    const body = JSON.stringify({ error: { code: status, message } });
    return backend.receive(new Response(body, { status }), CALL, undefined, sent);
  };
  return { backend, encode, refused, clock };
}

const missing = (place: string) =>
  `Publisher Model \`projects/prod-9/locations/${place}/publishers/google/models/m\` was not found or your project does not have access to it.`;

describe("an address", () => {
  test.each([
    [undefined, "https://aiplatform.googleapis.com", "global"],
    ["global", "https://aiplatform.googleapis.com", "global"],
    ["europe-west4", "https://europe-west4-aiplatform.googleapis.com", "europe-west4"],
    ["eu", "https://aiplatform.eu.rep.googleapis.com", "eu"],
    ["us", "https://aiplatform.us.rep.googleapis.com", "us"],
    [" US-Central1 ", "https://us-central1-aiplatform.googleapis.com", "us-central1"],
  ])("of a token at %p is %s", (location, host, place) => {
    const { url } = vertex().encode(caller(location === undefined ? {} : { location }));
    expect(url).toBe(`${host}/v1beta1/projects/prod-9/locations/${place}/${MODELS}${STREAM.slice("/models".length)}`);
  });

  test("of a key knows neither project nor location", () => {
    const { url, headers } = vertex().encode(caller({ credential: "api-key", location: "europe-west4" }), KEY);
    expect(url).toBe(`https://aiplatform.googleapis.com/v1beta1/${MODELS}${STREAM.slice("/models".length)}`);
    expect(headers).toEqual({
      "user-agent": USER_AGENT,
      "content-type": "application/json",
      accept: "*/*",
      "x-goog-api-key": "AQ.example",
    });
  });

  test("of the user's own is the same for every location, with or without its version", () => {
    for (const endpoint of ["http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/v1beta1/"]) {
      const { encode } = vertex(endpoint);
      for (const location of ["europe-west4", "eu", "global"])
        expect(encode(caller({ location })).url).toStartWith(
          `http://127.0.0.1:1/v1beta1/projects/prod-9/locations/${location}/`,
        );
      expect(encode(caller(), KEY).url).toStartWith(`http://127.0.0.1:1/v1beta1/${MODELS}/`);
    }
  });

  test("no location and no project can send the token to another host", () => {
    for (const text of ["evil.example/#", "evil.example?", "a@evil.example", "..", "x.evil.example", "%2e", "\\evil"]) {
      const { url } = vertex().encode(caller({ location: text, project: `${text}/x` }));
      expect(new URL(url).host).toBe("aiplatform.googleapis.com");
    }
  });
});

test("a token pays with the project of the address unless another one is to pay", () => {
  const { encode } = vertex();
  expect(encode(caller()).headers).toEqual({
    "user-agent": USER_AGENT,
    "content-type": "application/json",
    accept: "*/*",
    authorization: "Bearer ya29.example",
  });
  expect(encode(caller({ quotaProject: "pays-1" })).headers["x-goog-user-project"]).toBe("pays-1");
  expect(encode(caller({ quotaProject: "pays-1" }), KEY).headers["x-goog-user-project"]).toBeUndefined();
});

test("it generates and counts; embeddings are another dialect there", () => {
  const { backend } = vertex();
  const can = (method: CallTraits["method"]) => backend.supports({ model: "m", method, streaming: false });
  expect([can("generateContent"), can("streamGenerateContent"), can("countTokens")]).toEqual([true, true, true]);
  expect([can("embedContent"), can("batchEmbedContents"), backend.supports(undefined)]).toEqual([false, false, false]);
});

describe("a body", () => {
  test("passes letter by letter", () => {
    const body = '{ "contents" : [ { "parts":[{"functionCall":{"id":"c1","args":{"n":12345678901234567890}}}] } ] }';
    expect(vertex().encode(caller(), TOKEN, { body }).body).toBe(body);
  });

  test("has its foreign signatures replaced", () => {
    const body = '{"contents":[{"role":"model","parts":[{"thoughtSignature":"c2ln"}]}]}';
    const policy = { signatures: { kind: "own", hashes: new Set<string>() } } as const;
    const sent = vertex().backend.encode(request({ body }), CALL, caller(), TOKEN, policy);
    expect(sent.body).toBe(body.replace("c2ln", "skip_thought_signature_validator"));
  });
});

describe("a model that is missing at a location", () => {
  const account = caller({ location: "europe-west4" });

  test("is asked for at global, once, and for a day", async () => {
    const { encode, refused, clock } = vertex();
    const first = encode(account);
    expect(await refused(first, 404, missing("europe-west4"))).toMatchObject({ kind: "resend" });
    const second = encode(account);
    expect(second.url).toStartWith("https://aiplatform.googleapis.com/v1beta1/projects/prod-9/locations/global/");
    expect(await refused(second, 404, missing("global"))).toMatchObject({
      kind: "failed",
      outcome: { kind: "limited", reason: "model-unavailable" },
    });
    await clock.advance(24 * 3_600_000);
    expect(encode(account).url).toBe(first.url);
  });

  test("is missing for that model and project there, and for nobody else", async () => {
    const { encode, refused } = vertex();
    await refused(encode(account), 404, missing("europe-west4"));
    const other = { path: "/models/gemini-2.5-pro:generateContent" };
    expect(encode(account, TOKEN, other).url).toContain("/locations/europe-west4/");
    expect(encode({ ...account, project: "prod-1" }).url).toContain("/locations/europe-west4/");
    expect(encode({ ...account, location: "europe-west1" }).url).toContain("/locations/europe-west1/");
    const counted = { path: "/models/gemini-2.5-flash:countTokens" };
    expect(encode(account, TOKEN, counted).url).toContain("/locations/global/");
  });

  test("is not sought outside of a multi-region: whoever chose one keeps the data there", async () => {
    const { encode, refused } = vertex();
    for (const location of ["eu", "us"]) {
      const sent = encode({ ...account, location });
      expect(await refused(sent, 404, missing(location))).toMatchObject({ kind: "failed" });
      expect(encode({ ...account, location }).url).toBe(sent.url);
    }
  });

  test("two calls at once both find their way", async () => {
    const { encode, refused } = vertex();
    const [one, two] = [encode(account), encode(account)];
    for (const sent of [one, two])
      expect(await refused(sent, 404, missing("europe-west4"))).toMatchObject({ kind: "resend" });
  });

  test("is not sought where the call knows no location, or is not known", async () => {
    const { encode, refused } = vertex();
    expect(await refused(encode(caller(), KEY), 404, missing("global"))).toMatchObject({ kind: "failed" });
    expect(await refused(undefined, 404, missing("europe-west4"))).toMatchObject({ kind: "failed" });
  });

  test("other refusals move nothing", async () => {
    const { encode, refused } = vertex();
    const sent = encode(account);
    const words: readonly (readonly [number, string])[] = [
      [404, "Not found: cached content metadata for 123."],
      [429, "Quota exceeded for aiplatform.googleapis.com/x: limit: 0"],
      [403, "Permission 'aiplatform.endpoints.predict' denied on resource"],
      [500, "internal"],
    ];
    for (const [status, message] of words) expect((await refused(sent, status, message)).kind).toBe("failed");
    expect(encode(account).url).toBe(sent.url);
  });
});

describe("a location that Google does not have", () => {
  const PAGE = "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>";
  const typo = caller({ location: "europe-west44" });
  const unsupported = "Unsupported region for Vertex AI, select from {us-central1, europe-west4}";
  const gone = { kind: "limited", reason: "model-unavailable", scope: "quota" };
  const paged = ({ backend }: ReturnType<typeof vertex>, sent: OutgoingRequest) =>
    backend.receive(new Response(PAGE, { status: 404 }), CALL, undefined, sent);

  test("is passed by: global is asked instead, for a day", async () => {
    const page = vertex();
    expect(await paged(page, page.encode(typo))).toMatchObject({ kind: "resend", outcome: gone });
    const words = vertex();
    expect(await words.refused(words.encode(typo), 400, unsupported)).toMatchObject({ kind: "resend", outcome: gone });
    for (const { encode } of [page, words]) expect(encode(typo).url).toContain("/locations/global/");
  });

  test("is named where global does not have the model either", async () => {
    const world = vertex();
    await paged(world, world.encode(typo));
    const received = await world.refused(world.encode(typo), 404, missing("global"));
    expect(received).toMatchObject({ kind: "failed", outcome: gone });
    expect(received).toHaveProperty("outcome.sentence", expect.stringContaining("europe-west44"));
  });

  test("benches its account where nothing may leave it, and is named", async () => {
    for (const location of ["eu", "us"]) {
      const world = vertex();
      const sent = world.encode({ ...typo, location });
      for (const received of [await paged(world, sent), await world.refused(sent, 400, unsupported)]) {
        expect(received).toMatchObject({ kind: "failed", outcome: gone });
        expect(received).toHaveProperty("outcome.sentence", expect.stringContaining(`"${location}"`));
      }
      expect(world.encode({ ...typo, location }).url).toBe(sent.url);
    }
  });

  test("is not to blame where no location was asked, or global answers with a page itself", async () => {
    const world = vertex("http://127.0.0.1:1/mistyped");
    const rejected = { kind: "failed", outcome: { kind: "rejected", status: 404 } };
    expect(await paged(world, world.encode(caller(), KEY))).toMatchObject(rejected);
    expect(await paged(world, world.encode(caller()))).toMatchObject(rejected);
    await paged(world, world.encode(typo));
    expect(await paged(world, world.encode(typo))).toMatchObject(rejected);
  });
});

describe("what Vertex AI says it does not know", () => {
  const UNKNOWN_ID =
    "Invalid JSON payload received. Unknown name \"id\" at 'contents[1].parts[0].function_call': Cannot find field.\nInvalid JSON payload received. Unknown name \"id\" at 'contents[2].parts[0].function_response': Cannot find field.";
  const history = (id: object, role: object = { role: "user" }) =>
    JSON.stringify({
      contents: [
        { ...role, parts: [{ text: 'the "id": of a call' }] },
        { role: "model", parts: [{ functionCall: { ...id, name: "f", args: { id: "kept" } }, thoughtSignature: "s" }] },
        { ...role, parts: [{ functionResponse: { ...id, name: "f", response: { id: "kept" } } }] },
      ],
      tools: [{ id: "kept" }],
    });
  const withIds = history({ id: "call-1" });

  test("ids of calls are left out from then on, and nothing else", async () => {
    const { encode, refused, clock } = vertex();
    const sent = encode(caller(), TOKEN, { body: withIds });
    expect(sent.body).toBe(withIds);
    expect(await refused(sent, 400, UNKNOWN_ID)).toMatchObject({ kind: "resend", outcome: { kind: "rejected" } });
    expect(encode(caller(), TOKEN, { body: withIds }).body).toBe(history({}));
    expect(encode(caller(), TOKEN, { body: history({}) }).body).toBe(history({}));
    await clock.advance(24 * 3_600_000);
    expect(encode(caller(), TOKEN, { body: withIds }).body).toBe(withIds);
  });

  test("a content without a role is the person's", async () => {
    const { encode, refused } = vertex();
    const bare = history({}, {});
    const sent = encode(caller(), TOKEN, { body: bare });
    expect(await refused(sent, 400, "Please use a valid role: user, model.")).toMatchObject({ kind: "resend" });
    expect(JSON.parse(encode(caller(), TOKEN, { body: bare }).body ?? "")).toEqual(JSON.parse(history({})));
  });

  test("what cannot be mended goes back to the host after one call", async () => {
    const { encode, refused } = vertex();
    for (const body of [history({}), "no json", '{"contents":7}']) {
      expect(await refused(encode(caller(), TOKEN, { body }), 400, UNKNOWN_ID)).toMatchObject({ kind: "failed" });
    }
    const sent = encode(caller(), TOKEN, { body: withIds });
    for (const message of [
      'Invalid JSON payload received. Unknown name "session_id": Cannot find field.',
      "Invalid JSON payload received. Unknown name \"id\" at 'tools[0]': Cannot find field.",
      "A word of the prompt: Please use a valid role: user, model.",
    ])
      expect(await refused(sent, 400, message)).toMatchObject({ kind: "failed", outcome: { kind: "rejected" } });
    expect(encode(caller(), TOKEN, { body: withIds }).body).toBe(withIds);
  });
});
