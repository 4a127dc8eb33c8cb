import { describe, expect, test } from "bun:test";
import type { Scenario } from "../../src/simulator/scenario";
import { CALLER, EXPRESS, GOOGLE } from "../support/google-world";
import { express, key, poolWorld, vertex, type World } from "../support/pool-world";

const MODEL = "gemini-3-flash-preview";
const LOOK = { functionCall: { name: "look", args: {} } };
const google: Scenario = {
  ...GOOGLE,
  accounts: [...GOOGLE.accounts, CALLER, EXPRESS],
  strictSignatures: true,
  replies: [{ when: { hasFunctionResponse: true }, parts: [{ text: "done" }] }, { parts: [LOOK] }],
};

const history = (thoughtSignature: string) => ({
  contents: [
    { role: "user", parts: [{ text: "look" }] },
    { role: "model", parts: [{ ...LOOK, thoughtSignature }] },
    { role: "user", parts: [{ functionResponse: { name: "look", response: { content: "seen" } } }] },
  ],
});

async function signed(world: World): Promise<string> {
  const reply = await world.clock.finish(world.start({ model: MODEL }), 60_000);
  if (reply.kind !== "answered") throw new Error(reply.kind);
  return /"thoughtSignature":\s*"([^"]+)"/.exec(await reply.response.text())?.[1] ?? "";
}

const spent = (label: string) => ({ on: { account: label }, calls: { from: 2 }, answer: "gl_429_free_rpd" });
const later = { priority: 1 };

describe("Vertex AI beside an API key", () => {
  test.each([
    ["a login", vertex(later), "caller"],
    ["a login at a location", vertex({ ...later, location: "eu" }), "caller"],
    ["an express-mode key", express(later), "express"],
  ])("%s goes on with a conversation whose key is spent, its signatures repaired", async (_, entry, label) => {
    const world = poolWorld({ accounts: [key("one"), entry], google: { ...google, faults: [spent("one")] } });
    const signature = await signed(world);
    for (let turn = 0; turn < 2; turn++)
      expect(await world.ask({ model: MODEL, body: history(signature) })).toBe("200 done");
    expect(world.google.said()).toEqual(["one: ok", "one: gl_429_free_rpd", `${label}: ok`, `${label}: ok`]);
    expect(world.google.calls.at(-1)?.signatures).toMatchObject({ foreign: 0, placeholder: 1 });
  });

  test("an API key takes over from Vertex AI in the same way", async () => {
    const faults = [{ on: { account: "caller" }, calls: { from: 2 }, answer: "vx_429_project_quota" }];
    const world = poolWorld({ accounts: [vertex(), key("one", later)], google: { ...google, faults } });
    expect(await world.ask({ model: MODEL, body: history(await signed(world)) })).toBe("200 done");
    expect(world.google.said()).toEqual(["caller: ok", "caller: vx_429_project_quota", "one: ok"]);
    expect(world.google.calls.at(-1)?.signatures).toMatchObject({ foreign: 0, placeholder: 1 });
  });
});

describe("what Vertex AI refuses", () => {
  const ask = async (more: Partial<Scenario>, entry = vertex()) => {
    const world = poolWorld({ accounts: [entry, key("one", later)], google: { ...google, ...more } });
    const said = await world.ask({ model: MODEL });
    return { world, said };
  };

  test.each([
    ["an API that is switched off", { vertex: { disabled: true } }, "project-disabled"],
    ["a project that nobody pays for", { vertex: { withoutBilling: true } }, "billing"],
  ])("%s parks the account and another one answers", async (_, rule, state) => {
    const { world, said } = await ask({ projects: { "prod-9": rule } });
    expect(said).toBe("200 [look]");
    expect(world.state.current().parked.get("v-caller")).toMatchObject({ state, url: expect.any(String) });
    await world.ask({ model: MODEL, session: "b" });
    expect(world.google.said()).toHaveLength(3);
  });

  test("a missing role parks it too", async () => {
    const { world, said } = await ask({ accounts: [...GOOGLE.accounts, { ...CALLER, mayPredict: false }] });
    expect(said).toBe("200 [look]");
    expect(world.state.current().parked.get("v-caller")).toMatchObject({ state: "no-licence" });
  });

  test("a shared quota that is used up is nobody's fault: no account cools", async () => {
    const { world, said } = await ask({ faults: [{ on: { account: "caller" }, answer: "vx_429_dsq_bare" }] });
    expect(said).toBe("200 [look]");
    expect(world.google.said()).toEqual(["caller: vx_429_dsq_bare", "one: ok"]);
    expect([...world.state.current().cooldowns.keys()]).toEqual([]);
  });

  test("two accounts of one project at one location share its quota; another location has its own", async () => {
    const other = vertex({ id: "v-other", label: "other" });
    const far = vertex({ id: "v-far", label: "far", location: "eu", ...later });
    const quotas = { "prod-9": { vertex: { quotas: [{ rpm: 1 }] } } };
    const world = poolWorld({ accounts: [vertex(), other, far], google: { ...google, projects: quotas } });
    for (const session of ["a", "b"]) expect(await world.ask({ model: MODEL, session })).toBe("200 [look]");
    expect(world.google.said()).toEqual(["caller: ok", "caller: vx_429_project_quota", "caller: ok"]);
  });
});

describe("a model that is missing where an account is asked", () => {
  const at = { location: "europe-west4" };

  test("is found at global without anybody being benched", async () => {
    const locations = { "europe-west4": { models: [] } };
    const world = poolWorld({ accounts: [vertex(at)], google: { ...google, locations } });
    for (const session of ["a", "b"]) expect(await world.ask({ model: MODEL, session })).toBe("200 [look]");
    expect(world.google.said()).toEqual(["caller: vx_404_publisher_model", "caller: ok", "caller: ok"]);
    expect(world.state.current().cooldowns.size).toBe(0);
  });

  test("and at global too is unavailable for a day, there alone", async () => {
    const locations = { "europe-west4": { models: [] }, global: { models: ["gemini-2.5-pro"] } };
    const world = poolWorld({ accounts: [vertex(at), key("one", later)], google: { ...google, locations } });
    expect(await world.ask({ model: MODEL })).toBe("200 [look]");
    expect(await world.ask({ model: MODEL, session: "b" })).toBe("200 [look]");
    expect(world.google.said()).toEqual([
      "caller: vx_404_publisher_model",
      "caller: vx_404_publisher_model",
      "one: ok",
      "one: ok",
    ]);
    const [cooldown] = world.state.current().cooldowns.values();
    expect(cooldown).toMatchObject({ reason: "model-unavailable" });
    expect((cooldown?.until ?? 0) - world.clock.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await world.ask({ model: "gemini-2.5-pro", session: "c" })).toBe("200 [look]");
    expect(world.google.said().at(-1)).toBe("caller: ok");
  });
});

test("a history with ids of calls passes where they are no field yet, at the cost of one call", async () => {
  const world = poolWorld({ accounts: [vertex()], google: { ...google, vertexWithoutCallIds: true } });
  const [asked, called, answered] = history(await signed(world)).contents;
  const withId = (part: object) =>
    Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, typeof value === "string" ? value : { id: "c1", ...value }]),
    );
  const body = {
    contents: [asked, ...[called, answered].map((one) => ({ ...one, parts: one?.parts.map(withId) }))],
  };
  for (let turn = 0; turn < 2; turn++) expect(await world.ask({ model: MODEL, body })).toBe("200 done");
  expect(world.google.said()).toEqual(["caller: ok", "caller: invalid-request", "caller: ok", "caller: ok"]);
  expect(world.google.calls.at(-1)?.signatures).toMatchObject({ own: 1, placeholder: 0 });
});
