import { describe, expect, test } from "bun:test";
import type { SeatRule } from "../../src/simulator/scenario";
import { emulators } from "./running";
import { readScenario, type Scenario } from "./scenario";

const TOKEN = "ya29.example-me";
const OTHER = "ya29.example-you";
const SEAT = { label: "me", refreshToken: "1//example-me", project: "work-1", accessToken: TOKEN };

const run = emulators();

async function world(seat: SeatRule, faults: Scenario["faults"] = []) {
  const you = { label: "you", refreshToken: "1//example-you", project: "work-2", accessToken: OTHER };
  const google = await run({ accounts: [{ ...SEAT, seat }, you], faults });
  const ask = async (path: string, body?: object, token = TOKEN) => {
    const response = await fetch(`${google.url}/v1internal${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, said: text.startsWith("{") ? JSON.parse(text) : text };
  };
  const load = (project?: string, token?: string) =>
    ask(":loadCodeAssist", { metadata: {}, ...(project ? { cloudaicompanionProject: project } : {}) }, token);
  const onboard = (tierId: string, project?: string) =>
    ask(":onboardUser", { tierId, ...(project ? { cloudaicompanionProject: project } : {}) });
  return { google, ask, load, onboard };
}

describe("loadCodeAssist", () => {
  test("says tier and project of a seat that is set up, to its person only", async () => {
    const { load, google } = await world({});
    expect(await load()).toMatchObject({
      status: 200,
      said: { currentTier: { id: "standard-tier" }, cloudaicompanionProject: "work-1" },
    });
    expect((await load(undefined, OTHER)).said.cloudaicompanionProject).toBe("work-2");
    expect((await load(undefined, "ya29.example-unknown")).status).toBe(401);
    expect((await load("other-1")).status).toBe(403);
    expect(google.stats().byPath).toEqual({ load: 4 });
  });

  test("names no project until the person does, names it as an object, or refuses for a perimeter", async () => {
    const bare = await world({ withoutProject: true });
    expect((await bare.load()).said).not.toHaveProperty("cloudaicompanionProject");
    expect((await bare.load("work-1")).said.cloudaicompanionProject).toBe("work-1");
    const object = await world({ projectAsObject: true, paidTier: "g1-pro-tier" });
    expect((await object.load()).said).toMatchObject({
      cloudaicompanionProject: { id: "work-1" },
      paidTier: { id: "g1-pro-tier" },
    });
    expect(await (await world({ behindPerimeter: true })).load()).toMatchObject({ status: 403 });
  });

  test("tells why a person may not, and stumbles as often as it is told to", async () => {
    const rule = { reasonCode: "UNSUPPORTED_CLIENT", reasonMessage: "No longer supported." };
    const faults = [{ on: { path: "load" as const }, calls: [1, 2], answer: "ca_503_unavailable" }];
    const { load } = await world({ ineligible: [rule] }, faults);
    expect([(await load()).status, (await load()).status]).toEqual([503, 503]);
    const { said } = await load();
    expect(said).not.toHaveProperty("currentTier");
    expect(said.ineligibleTiers).toEqual([expect.objectContaining({ ...rule, tierId: "free-tier" })]);
  });
});

describe("onboardUser", () => {
  test("takes as many questions as it is told to, and then the seat is there", async () => {
    const { load, onboard, ask, google } = await world({ onboardPolls: 2 });
    expect((await load()).said).not.toHaveProperty("currentTier");
    const { said } = await onboard("standard-tier", "work-1");
    expect(said).toEqual({ name: "operations/onboardUser.me" });
    expect((await ask(`/${said.name}`)).said).toEqual({ name: said.name });
    expect((await ask(`/${said.name}`)).said).toMatchObject({
      done: true,
      response: { cloudaicompanionProject: { id: "work-1" } },
    });
    expect((await load()).said.currentTier.id).toBe("standard-tier");
    expect(google.stats().byPath).toEqual({ load: 2, onboard: 1, operation: 2 });
  });

  test("is done at once where nothing takes time; after a reset it never happened", async () => {
    const { load, onboard, google } = await world({ tier: "free-tier", onboardPolls: 0 });
    expect((await onboard("free-tier")).said.done).toBe(true);
    expect((await load()).said.currentTier.id).toBe("free-tier");
    google.reset();
    expect((await load()).said).not.toHaveProperty("currentTier");
  });

  test("refuses a project for the free tier, none for the others, and somebody else's", async () => {
    const { onboard } = await world({ onboardPolls: 0 });
    expect((await onboard("free-tier", "work-1")).said.error.message).toContain("Precondition");
    expect((await onboard("standard-tier")).said.error.message).toContain("Precondition");
    expect((await onboard("standard-tier", "work-2")).status).toBe(403);
  });

  test("knows no operation that was not begun, nor another person's", async () => {
    const { ask, onboard } = await world({ onboardPolls: 1 });
    expect((await ask("/operations/onboardUser.me")).status).toBe(404);
    await onboard("standard-tier", "work-1");
    expect((await ask("/operations/onboardUser.me", undefined, OTHER)).status).toBe(404);
  });
});

test("a scenario file may say what a seat is, and is told what makes no sense", async () => {
  const text = (seat: unknown) => JSON.stringify({ accounts: [{ ...SEAT, seat }] });
  expect((await readScenario(text({ onboardPolls: 1, ineligible: [{ reasonCode: "X" }] }), "f")).accounts.length).toBe(
    1,
  );
  await expect(readScenario(text({ onboardPolls: "soon" }), "f.json")).rejects.toThrow(
    /accounts\[0\]\.seat\.onboardPolls/,
  );
});
