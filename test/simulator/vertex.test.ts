import { describe, expect, test } from "bun:test";
import type { Answer } from "../../src/simulator/answer";
import { readCall } from "../../src/simulator/call";
import { createGoogle } from "../../src/simulator/google";
import type { Scenario } from "../../src/simulator/scenario";

const NOON = Date.parse("2026-11-20T20:00:00Z");
const MINUTE = 60_000;
const MODEL = "gemini-3-flash-preview";
const CONTENTS = [{ role: "user", parts: [{ text: "hi" }] }];

const WORLD: Scenario = {
  accounts: [
    { label: "robot", serviceEmail: "robot@prod.example", project: "prod-9", accessToken: "ya29.robot" },
    { label: "person", refreshToken: "1//example", project: "prod-9", accessToken: "ya29.person" },
    { label: "far", serviceEmail: "far@prod.example", project: "prod-7", accessToken: "ya29.far" },
    { label: "express", expressKey: "AQ.example-express", project: "prod-8" },
    { label: "studio", key: "AIza-example-studio" },
  ],
};

interface Asked {
  readonly token?: string;
  readonly key?: string;
  readonly project?: string;
  readonly location?: string;
  readonly model?: string;
  readonly verb?: string;
  readonly body?: object;
  readonly version?: string;
}

/** A call of Vertex AI: with a token at a location, with a key in express mode. */
function call({ token = "ya29.robot", key, project = "prod-9", location = "us-central1", ...more }: Asked = {}) {
  const place = key === undefined || more.version === "placed" ? `projects/${project}/locations/${location}/` : "";
  const version = more.version === "v1" ? "v1" : "v1beta1";
  return {
    method: "POST",
    target: `/${version}/${place}publishers/google/models/${more.model ?? MODEL}:${more.verb ?? "generateContent"}`,
    headers: (key === undefined ? { authorization: `Bearer ${token}` } : { "x-goog-api-key": key }) as Record<
      string,
      string
    >,
    body: JSON.stringify(more.body ?? { contents: CONTENTS }),
  };
}

const google = (more: Partial<Scenario> = {}) => createGoogle({ ...WORLD, ...more }, NOON);
const bodyOf = ({ steps }: Answer) => JSON.parse(steps.map((step) => ("send" in step ? step.send : "")).join(""));
const names = (rules: ReturnType<typeof google>, ...asked: readonly Asked[]) =>
  asked.map((one) => rules.answer(call(one), NOON).name);

describe("an address of Vertex AI", () => {
  test.each([
    ["projects/p/locations/eu/", { project: "p", location: "eu" }],
    ["projects/example.com%3Ap/locations/global/", { project: "example.com:p", location: "global" }],
    ["", undefined],
  ])("%s", (place, expected) => {
    for (const version of ["v1", "v1beta1"]) {
      const target = `/${version}/${place}publishers/google/models/m:streamGenerateContent?alt=sse`;
      const read = readCall({ method: "POST", target, headers: {}, body: "{}" }, true);
      expect(read).toMatchObject({ backend: "vertex", path: "generate", model: "m", streaming: true, sse: true });
      expect(read?.place).toEqual(expected);
    }
  });
});

describe("who may ask", () => {
  test("each way in answers, under the account's own name", () => {
    const rules = google();
    for (const [asked, account] of [
      [{}, "robot"],
      [{ token: "ya29.person", location: "eu" }, "person"],
      [{ key: "AQ.example-express" }, "express"],
      [{ key: "AQ.example-express", version: "v1" }, "express"],
    ] as const)
      expect(rules.answer(call(asked), NOON)).toMatchObject({ status: 200, name: "ok", account, backend: "vertex" });
  });

  test("who may not is told as Google tells it", () => {
    expect(
      names(
        google(),
        { token: "ya29.nobody" },
        { project: "prod-7" },
        { key: "AIza-example-studio" },
        { key: "AQ.example-express", version: "placed" },
        { key: "AQ.nobody" },
        { key: "AIza-nobody" },
      ),
    ).toEqual([
      "any_401_unauthenticated",
      "vx_403_iam",
      "vx_401_api_key_unsupported",
      "vx_401_api_key_unsupported",
      "any_401_access_token_type_unsupported",
      "gl_400_api_key_invalid",
    ]);
  });

  test("a token is no seat, and an express key no key of the Gemini API", () => {
    const rules = google();
    const studio = { ...call({ key: "AQ.example-express" }), target: `/v1beta/models/${MODEL}:generateContent` };
    expect(rules.answer(studio, NOON).name).toBe("gl_403_service_blocked");
    const seat = { ...call(), target: "/v1internal:generateContent" };
    expect(rules.answer(seat, NOON).name).toBe("any_403_scope_insufficient");
    const own = { ...call({ token: "ya29.person" }), target: `/v1beta/models/${MODEL}:generateContent` };
    expect(rules.answer(own, NOON)).toMatchObject({ name: "ok", account: "person", backend: "gemini-api" });
  });

  test("the list of models answers no key", () => {
    const list = (headers: Record<string, string>) =>
      google().answer({ method: "GET", target: "/v1beta1/publishers/google/models", headers, body: "" }, NOON);
    expect(list({ "x-goog-api-key": "AQ.example-express" })).toMatchObject({
      status: 401,
      name: "vx_401_api_key_unsupported",
    });
    expect(list({ authorization: "Bearer ya29.robot" }).status).toBe(200);
  });

  test("switches of a project and a role", () => {
    const rule = (vertex: object) => google({ projects: { "prod-9": { vertex } } });
    expect(names(rule({ disabled: true }), {}, { token: "ya29.far", project: "prod-7" })).toEqual([
      "vx_403_service_disabled",
      "ok",
    ]);
    expect(names(rule({ withoutBilling: true }), {})).toEqual(["vx_403_billing_disabled"]);
    const [robot] = WORLD.accounts;
    const roleless = google({ accounts: [{ ...robot, mayPredict: false } as Scenario["accounts"][number]] });
    expect(names(roleless, {})).toEqual(["vx_403_iam"]);
  });
});

describe("where a model is", () => {
  test("a location may lack it; the refusal names the place", () => {
    const rules = google({ locations: { "us-central1": { models: ["gemini-2.5-pro"] } } });
    const asked = [{}, { location: "global" }, { model: "gemini-2.5-pro" }, { key: "AQ.example-express" }];
    expect(names(rules, ...asked)).toEqual(["vx_404_publisher_model", "ok", "ok", "ok"]);
    expect(bodyOf(rules.answer(call(), NOON)).error.message).toContain(
      `projects/prod-9/locations/us-central1/publishers/google/models/${MODEL}`,
    );
    expect(names(rules, { model: "gemini-1", location: "global" })).toEqual(["vx_404_publisher_model"]);
  });
});

describe("limits", () => {
  const limited = { projects: { "prod-9": { vertex: { quotas: [{ rpm: 2 }] } } } };

  test("of a project hold per location and model, for everybody in it", () => {
    const rules = google(limited);
    expect(names(rules, {}, { token: "ya29.person" }, {})).toEqual(["ok", "ok", "vx_429_project_quota"]);
    expect(names(rules, { location: "eu" }, { model: "gemini-2.5-pro" })).toEqual(["ok", "ok"]);
    expect(rules.answer(call(), NOON + MINUTE).name).toBe("ok");
  });

  test("of a location hold for all projects together, and are a lack of capacity", () => {
    const rules = google({ locations: { "us-central1": { sharedQuotas: [{ model: MODEL, rpm: 2 }] } } });
    const far = { token: "ya29.far", project: "prod-7" };
    expect(names(rules, {}, far, {}, far)).toEqual(["ok", "ok", "vx_429_dsq_bare", "vx_429_dsq_bare"]);
    expect(names(rules, { location: "global" }, { model: "gemini-2.5-pro" })).toEqual(["ok", "ok"]);
  });

  test("counting tokens spends nothing", () => {
    const rules = google(limited);
    const counted = { verb: "countTokens" };
    expect(names(rules, counted, counted, counted, {})).toEqual(["ok", "ok", "ok", "ok"]);
  });
});

describe("what it makes of a body", () => {
  const history = (part: object, role: object = { role: "model" }) => ({
    contents: [...CONTENTS, { ...role, parts: [{ functionCall: { name: "f", args: {} }, ...part }] }],
  });

  test("contents have a role", () => {
    const answer = google().answer(call({ body: { contents: [{ parts: [{ text: "hi" }] }] } }), NOON);
    expect(answer.status).toBe(400);
    expect(bodyOf(answer).error.message).toBe("Please use a valid role: user, model.");
  });

  test("ids of calls are a field, unless the scenario is of before they were", () => {
    const body = { contents: [...CONTENTS, { role: "model", parts: [{ functionCall: { id: "c", name: "f" } }] }] };
    const model = "gemini-2.5-pro";
    expect(names(google(), { body, model })).toEqual(["ok"]);
    const answer = google({ vertexWithoutCallIds: true }).answer(call({ body, model }), NOON);
    expect(bodyOf(answer).error.message).toBe(
      "Invalid JSON payload received. Unknown name \"id\" at 'contents[1].parts[0].function_call': Cannot find field.",
    );
  });

  test("of signatures it knows its own and one placeholder", () => {
    const rules = google({ strictSignatures: true });
    const asked = (thoughtSignature?: string) => ({ body: history(thoughtSignature ? { thoughtSignature } : {}) });
    expect(
      names(
        rules,
        asked(),
        asked("c2ln"),
        asked("context_engineering_is_the_way_to_go"),
        asked("skip_thought_signature_validator"),
      ),
    ).toEqual([
      "vx_400_thought_signature_missing",
      "vx_400_thought_signature_invalid",
      "vx_400_thought_signature_invalid",
      "ok",
    ]);
  });
});

test("a stream counts on its last event and says on each how it is paid", () => {
  const answer = google().answer(call({ verb: "streamGenerateContent" }), NOON);
  const usage = bodyOf(answer).map(({ usageMetadata }: { usageMetadata: object }) => usageMetadata);
  expect(usage.length).toBeGreaterThan(1);
  expect(usage[0]).toEqual({ trafficType: "ON_DEMAND" });
  expect(usage.at(-1)).toMatchObject({ trafficType: "ON_DEMAND", promptTokenCount: expect.any(Number) });
});
