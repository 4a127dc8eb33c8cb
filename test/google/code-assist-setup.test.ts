import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createCodeAssistSetup } from "../../src/google/code-assist-setup";
import { USER_AGENT } from "../../src/google/user-agent";
import type { SeatFound } from "../../src/ports/login";
import { findCase } from "../../src/simulator/cases/table";
import { systemFetch } from "../../src/system/fetch";
import { startEmulator } from "../emulator/server";
import { error, info } from "../fixture/google-refusals-parts";
import { fakeClock, settled } from "../support/fake-clock";
import { answering, json, PROJECT, seatWorld, TOKEN } from "./code-assist/parts";

const HELP = "an API key (https://aistudio.google.com/apikey), or Vertex AI.";
const READY: SeatFound = { kind: "ready", project: PROJECT, tier: "standard-tier", tierName: "Gemini Code Assist" };

describe("a seat that is set up", () => {
  test("is found with one call that says who asks, for the project that was named", async () => {
    const { calls, find } = answering(json({ currentTier: { id: "standard-tier" }, cloudaicompanionProject: PROJECT }));
    expect(await find(PROJECT)).toEqual({ kind: "ready", project: PROJECT, tier: "standard-tier" });
    expect(calls.length).toBe(1);
    expect(calls[0]).toMatchObject({
      url: "https://seat.example/v1internal:loadCodeAssist",
      init: {
        method: "POST",
        redirect: "manual",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", "user-agent": USER_AGENT },
      },
    });
    expect(calls[0]?.body).toEqual({
      cloudaicompanionProject: PROJECT,
      metadata: {
        ideType: "IDE_UNSPECIFIED",
        platform: "PLATFORM_UNSPECIFIED",
        pluginType: "GEMINI",
        duetProject: PROJECT,
      },
    });
  });

  test("is asked for without a project where none was named", async () => {
    const { calls, find } = answering(
      json({ currentTier: { id: "free-tier" }, cloudaicompanionProject: { id: "p-1" } }),
    );
    expect(await find()).toEqual({ kind: "ready", project: "p-1", tier: "free-tier" });
    expect(Object.keys(calls[0]?.body as object)).toEqual(["metadata"]);
  });

  test("has the project as a text or as an object, and the tier that was paid for", async () => {
    expect(await seatWorld().find()).toEqual(READY);
    expect(await seatWorld({ projectAsObject: true }).find()).toEqual(READY);
    expect(await seatWorld({ tier: "free-tier", paidTier: "g1-pro-tier" }).find()).toMatchObject({
      project: PROJECT,
      tier: "g1-pro-tier",
    });
  });

  test("whose project Google does not name needs it named, and then is ready", async () => {
    const { find, paths } = seatWorld({ withoutProject: true });
    expect(await find()).toMatchObject({ kind: "needs-project", sentence: expect.stringContaining("project's id") });
    expect(await find(PROJECT)).toEqual(READY);
    expect(paths()).toEqual(["load", "load"]);
    expect(await seatWorld({ tier: "free-tier", withoutProject: true }).find()).toMatchObject({
      kind: "needs-project",
    });
  });

  test("with somebody else's project is refused in Google's words", async () => {
    const found = await seatWorld().find("other-1");
    expect(found).toMatchObject({ kind: "failed", outcome: { kind: "parked", state: "project-disabled" } });
  });

  test("a number is no project id, and nobody is asked about it", async () => {
    const { find, calls } = seatWorld();
    for (const project of ["123456789012", "", "My Project", "../x"])
      expect(await find(project)).toMatchObject({ kind: "needs-project" });
    expect(await find("123456789012")).toMatchObject({ sentence: expect.stringContaining("number") });
    expect(calls).toEqual([]);
  });
});

describe("a seat that was never set up", () => {
  test("is set up and waited for, five seconds between the questions", async () => {
    const { find, paths, clock, progress } = seatWorld({ onboardPolls: 3 });
    expect(await find(PROJECT)).toEqual(READY);
    expect(paths()).toEqual(["load", "onboard", "operation", "operation", "operation"]);
    expect(clock.slept).toEqual([5_000, 5_000, 5_000]);
    expect(progress).toEqual([expect.stringContaining("setting up")]);
  });

  test("of the free tier is set up without a project, also where one was named", async () => {
    for (const project of [undefined, PROJECT]) {
      const { find, paths, calls } = seatWorld({ tier: "free-tier", onboardPolls: 0 });
      expect(await find(project)).toMatchObject({ kind: "ready", project: PROJECT, tier: "free-tier" });
      expect(paths()).toEqual(["load", "onboard"]);
      expect(calls[1]?.body).not.toContain(PROJECT);
    }
  });

  test("of the standard tier is not begun without a project", async () => {
    const { find, paths } = seatWorld({ onboardPolls: 0 });
    expect(await find()).toMatchObject({ kind: "needs-project" });
    expect(paths()).toEqual(["load"]);
  });

  test("is given up after two minutes, and that is no refusal", async () => {
    const { find, clock, paths } = seatWorld({ onboardPolls: 1_000 });
    const begun = clock.now();
    expect(await find(PROJECT)).toMatchObject({
      kind: "failed",
      outcome: { kind: "transient", sentence: expect.stringContaining("still setting up") },
    });
    expect(clock.now() - begun).toBe(120_000);
    expect(paths().filter((path) => path === "operation").length).toBe(24);
  });

  test("survives a server that stumbles meanwhile", async () => {
    const faults = [{ on: { path: "operation" as const }, calls: [1, 2], answer: "ca_503_unavailable" }];
    const { find, paths } = seatWorld({ onboardPolls: 1 }, faults);
    expect(await find(PROJECT)).toEqual(READY);
    expect(paths().length).toBe(5);
  });

  test("an operation that ends in an error is refused for its reason", async () => {
    const licence = { code: 7, message: "You lack a Gemini Code Assist license.", details: [] };
    const { find } = answering(
      json({ allowedTiers: [{ id: "standard-tier", isDefault: true }] }),
      json({ name: "operations/x", done: true, error: licence }),
    );
    expect(await find(PROJECT)).toMatchObject({ kind: "not-eligible", projectHelps: false });
  });

  test("an operation's name never leads elsewhere", async () => {
    for (const name of ["../x", "operations/../../token", "https://evil.example/x", "operations/a/b", "x", ""]) {
      const { find, calls } = answering(json({ allowedTiers: [{ id: "free-tier", isDefault: true }] }), json({ name }));
      expect(await find()).toMatchObject({ kind: "failed" });
      expect(calls.length).toBe(2);
    }
  });

  test("ends without a project where Google gives none, unless one was named", async () => {
    const answers = [
      json({ allowedTiers: [{ id: "standard-tier", isDefault: true }] }),
      json({ name: "operations/x", done: true, response: {} }),
    ];
    expect(await answering(...answers).find(PROJECT)).toMatchObject({ kind: "ready", project: PROJECT });
    const free = [json({ allowedTiers: [{ id: "free-tier", isDefault: true }] }), ...answers.slice(1)];
    expect(await answering(...free).find()).toMatchObject({ kind: "needs-project" });
  });
});

describe("a person who may not", () => {
  const retired = { reasonCode: "UNSUPPORTED_CLIENT", reasonMessage: "This client is no longer supported." };

  test("hears Google's reason and what helps; with a project of their own they get in", async () => {
    const { find, paths } = seatWorld({ ineligible: [retired], onboardPolls: 0 });
    expect(await find()).toMatchObject({
      kind: "not-eligible",
      reasons: ["This client is no longer supported."],
      sentence: expect.stringContaining(HELP),
      projectHelps: true,
    });
    expect(await find(PROJECT)).toEqual(READY);
    expect(paths()).toEqual(["load", "load", "onboard"]);
  });

  test("is told so for codes that nobody knows, with or without words", async () => {
    for (const rule of [{ reasonCode: "BRAND_NEW" }, { reasonCode: "BRAND_NEW", reasonMessage: "Not today." }])
      expect(await seatWorld({ ineligible: [rule] }).find()).toMatchObject({ kind: "not-eligible" });
    const { find } = answering(json({ ineligibleTiers: [{ reasonCode: "RESTRICTED_AGE" }], allowedTiers: [] }));
    expect(await find()).toMatchObject({ kind: "not-eligible", projectHelps: false });
    const onlyFree = { allowedTiers: [{ id: "free-tier" }], ineligibleTiers: [{ reasonCode: "RESTRICTED_AGE" }] };
    expect(await answering(json(onlyFree)).find()).toMatchObject({ kind: "not-eligible", projectHelps: false });
  });

  test("who has to verify gets the link, if it is a page of Google's", async () => {
    const rule = (validationUrl: string) => ({
      reasonCode: "VALIDATION_REQUIRED",
      reasonMessage: "Verify.",
      validationUrl,
    });
    const urlOf = async (url: string) => (await seatWorld({ ineligible: [rule(url)] }).find()) as { url?: string };
    const good = "https://accounts.google.com/signin/continue?plt=EXAMPLE&authuser";
    expect(await urlOf(good)).toEqual({ kind: "needs-verification", sentence: "Verify.", url: good } as object);
    for (const bad of [
      "http://accounts.google.com/x",
      "https://accounts.google.com.evil.example/x",
      "https://evil.example/?x=google.com",
      "https://me:pw@accounts.google.com/x",
      "https://notgoogle.com/x",
      "https://accounts.google.com:8443/x",
      "https://accounts.google.com/?access_token=ya29.example-planted",
      "javascript:alert(1)",
      "https://accounts.google.com/\u001b[2J",
    ])
      expect(await urlOf(bad)).toEqual({ kind: "needs-verification", sentence: "Verify." } as object);
  });

  test("who has to verify is told so by a refusal, too", async () => {
    const faults = [{ on: { path: "load" as const }, answer: "ca_403_validation_required" }];
    expect(await seatWorld({}, faults).find()).toMatchObject({
      kind: "needs-verification",
      url: expect.stringContaining("https://accounts.google.com/"),
    });
  });
});

describe("a lookup that does not work", () => {
  const at = (answer: string, calls?: readonly number[]) =>
    seatWorld({}, [{ on: { path: "load" }, answer, ...(calls ? { calls } : {}) }]);

  test("is tried again while the server stumbles, and then it is the server's fault, not a missing project", async () => {
    const twice = at("ca_503_unavailable", [1, 2]);
    expect(await twice.find()).toEqual(READY);
    expect(twice.paths()).toEqual(["load", "load", "load"]);
    const down = at("ca_503_unavailable");
    expect(await down.find()).toMatchObject({ kind: "failed", outcome: { kind: "transient", status: 503 } });
    expect(down.paths().length).toBe(3);
  });

  test("is said for a limit, a refused token, a ban, a dead network and a page, after one call", async () => {
    for (const [answer, kind] of [
      ["ca_429_bare_resource_exhausted", "limited"],
      ["any_401_unauthenticated", "unauthorized"],
      ["ca_403_tos_violation", "banned"],
      ["ca_403_service_disabled", "parked"],
      ["ca_400_location", "egress"],
    ] as const) {
      const { find, paths } = at(answer);
      expect(await find()).toMatchObject({ kind: "failed", outcome: { kind } });
      expect(paths().length).toBe(1);
    }
    for (const answer of [() => Promise.reject(new TypeError("refused")), () => new Response("<html>Room?</html>")])
      expect(await answering(answer).find()).toMatchObject({
        kind: "failed",
        outcome: { kind: "transient", cause: "network" },
      });
  });

  test("behind a perimeter is a licensed seat with the given project, and asks for it without", async () => {
    const { find } = seatWorld({ behindPerimeter: true });
    expect(await find(PROJECT)).toEqual({ kind: "ready", project: PROJECT, tier: "standard-tier" });
    expect(await find()).toMatchObject({ kind: "needs-project", sentence: expect.stringContaining("VPC Service") });
  });

  test("for lack of a licence is not eligible", async () => {
    const body = error(
      403,
      "PERMISSION_DENIED",
      "No licence.",
      info("SUBSCRIPTION_REQUIRED", "cloudcode-pa.googleapis.com"),
    );
    expect(await answering(json(body, 403)).find()).toMatchObject({
      kind: "not-eligible",
      sentence: expect.stringContaining("licence"),
    });
  });

  test("ends when the person gives up, while Google is silent and while a seat is set up", async () => {
    const silent = at("silent");
    const first = new AbortController();
    const asked = silent.setup.find(TOKEN, {}, first.signal);
    await settled();
    first.abort();
    expect(await asked).toEqual({ kind: "failed", outcome: { kind: "aborted" } });

    const slow = seatWorld({ onboardPolls: 5 });
    const second = new AbortController();
    const waiting = slow.setup.find(TOKEN, { project: PROJECT }, second.signal);
    await slow.clock.advance(6_000);
    second.abort();
    expect(await waiting).toEqual({ kind: "failed", outcome: { kind: "aborted" } });
    const count = slow.calls.length;
    await slow.clock.advance(60_000);
    expect(slow.calls.length).toBe(count);
    expect(slow.clock.pending()).toBe(0);
  });

  test("ends after thirty seconds of silence", async () => {
    const { find, clock } = at("silent");
    const begun = clock.now();
    expect(await find()).toMatchObject({ kind: "failed", outcome: { kind: "transient", cause: "network" } });
    expect(clock.now() - begun).toBe(30_000);
  });
});

describe("whatever Google says", () => {
  const SECRET = "ya29.planted-0123456789";

  test("a token in any of its words is not repeated", async () => {
    const tier = { id: SECRET, name: SECRET, userDefinedCloudaicompanionProject: true, isDefault: true };
    const told = {
      reasonCode: SECRET,
      reasonMessage: `No: ${SECRET}`,
      validationUrl: `https://google.com/?x=${SECRET}`,
    };
    for (const body of [
      { currentTier: tier, paidTier: tier, cloudaicompanionProject: SECRET },
      { currentTier: { id: "standard-tier", name: SECRET }, cloudaicompanionProject: { id: SECRET } },
      { allowedTiers: [tier], ineligibleTiers: [told] },
      { ineligibleTiers: [{ ...told, reasonCode: "VALIDATION_REQUIRED" }] },
      { ineligibleTiers: [{ ...told, reasonCode: "UNSUPPORTED_CLIENT" }], allowedTiers: [{ id: "standard-tier" }] },
    ])
      expect(JSON.stringify(await answering(json(body)).find())).not.toContain(SECRET);
  });

  test("it never throws, and what it finds makes sense", async () => {
    const name = fc.constantFrom(
      "currentTier",
      "allowedTiers",
      "ineligibleTiers",
      "paidTier",
      "cloudaicompanionProject",
      "name",
      "done",
      "response",
      "id",
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(name, fc.jsonValue()),
      fc.array(fc.dictionary(name, fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), fc.constantFrom(undefined, PROJECT), async (body, project) => {
        const found = await answering(json(body)).find(project);
        if (found.kind === "ready") expect(found.tier).not.toBe("");
        else if (found.kind !== "failed") expect(found.sentence).not.toBe("");
      }),
      { seed: 11, numRuns: 40 },
    );
  });
});

test("over HTTP: set up once, then looked up with one call", async () => {
  const seat = { label: "me", refreshToken: "1//example-me", project: PROJECT, accessToken: TOKEN };
  const google = await startEmulator({ accounts: [{ ...seat, seat: { onboardPolls: 1 } }] });
  try {
    const clock = fakeClock();
    const fetch: typeof systemFetch = (url, init) => clock.hold(systemFetch(url, init));
    const setup = createCodeAssistSetup({ fetch, endpoint: google.url, clock });
    for (const _ of [1, 2]) expect(await clock.finish(setup.find(TOKEN, { project: PROJECT }))).toEqual(READY);
    expect(google.stats().byPath).toEqual({ load: 2, onboard: 1, operation: 1 });
    expect(google.log().every(({ userAgent }) => userAgent === USER_AGENT)).toBe(true);
  } finally {
    await google.close();
  }
});

test("the named answers of onboarding are understood", async () => {
  const named = (name: string) => {
    const answer = findCase(name)?.({ changes: {} } as never);
    return json(answer?.kind === "json" ? answer.body : undefined);
  };
  const free = json({ allowedTiers: [{ id: "free-tier", isDefault: true }] });
  const { find, calls } = answering(free, named("ca_onboard_pending_200"), named("ca_onboard_done_200"));
  expect(await find()).toMatchObject({ kind: "ready", project: "example-project-12345" });
  expect(calls[2]?.url).toBe("https://seat.example/v1internal/operations/onboardUser.EXAMPLE");
});
