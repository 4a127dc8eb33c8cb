import { describe, expect, test } from "bun:test";
import { addSeat, wishSeatAgain } from "../../src/enrol/add-seat";
import { SEAT_TERMS } from "../../src/enrol/seat-words";
import { aLogin, anAccount, aParked, aSeat } from "../support/builders";
import { again, CLIENT, INSTALLED, idOf, OWN, PROJECT, seatWorld } from "./seat-world";

const CLOUD = "https://www.googleapis.com/auth/cloud-platform";
const EMAIL = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE = "https://www.googleapis.com/auth/userinfo.profile";

describe("a login for a seat", () => {
  test("becomes an account with project, tier and person; the seat is looked up once", async () => {
    const { logIn, entries, count, calls, pages } = seatWorld();
    const result = await logIn({ ...OWN, label: "work seat" });
    expect(result).toEqual({
      kind: "added",
      ok: true,
      id: expect.any(String),
      label: "work seat",
      sentence: "Added work seat. Its seat: Gemini Code Assist in work-123.",
    });
    const [entry] = entries();
    expect(entry?.account).toMatchObject({ backend: "code-assist", project: PROJECT, tier: "standard", enabled: true });
    expect(entry?.credential).toMatchObject({ kind: "oauth", client: CLIENT, email: "me@work.example" });
    expect(entry?.credential).toHaveProperty("subject");
    expect({ load: count("load"), onboard: count("onboard"), token: count("token") }).toEqual({
      load: 1,
      onboard: 0,
      token: 1,
    });
    expect(pages.join()).toContain("Added work seat.");
    expect(calls.length).toBe(4);
  });

  test("asks for what Google's own client asks for and nothing more", async () => {
    const { parts } = seatWorld();
    const start = await addSeat({ ...OWN, opensBrowser: false }, parts);
    if (start.kind !== "started") throw new Error(start.sentence);
    const query = new URL(start.pending.url).searchParams;
    expect(query.get("scope")?.split(" ").sort()).toEqual([CLOUD, EMAIL, PROFILE].sort());
    start.pending.cancel();
    expect((await start.done).kind).toBe("aborted");
  });

  test("has the seat set up where it never was, and says so meanwhile", async () => {
    const { logIn, count, progress, clock } = seatWorld({ seat: { onboardPolls: 2 } });
    expect(await logIn({ ...OWN, project: PROJECT })).toMatchObject({ kind: "added" });
    expect([count("load"), count("onboard"), count("operation")]).toEqual([1, 1, 2]);
    expect(progress).toEqual([expect.stringContaining("setting up")]);
    expect(clock.slept).toEqual([5_000, 5_000]);
  });

  test("that was not given Google Cloud is not stored, and no seat is asked for", async () => {
    const { logIn, entries, count } = seatWorld({ consent: { unticked: [CLOUD] } });
    expect(await logIn()).toMatchObject({ kind: "failed", ok: false, sentence: expect.stringContaining("tick it") });
    expect(entries()).toEqual([]);
    expect(count("load")).toBe(0);
  });

  test("with a project that is none is told before anybody is sent to Google", async () => {
    const { parts, calls } = seatWorld();
    for (const project of ["123456789012", "My Project"])
      expect(await addSeat({ ...OWN, project }, parts)).toMatchObject({ kind: "wrong" });
    expect(await addSeat({ client: { kind: "own", client: { id: " " } } }, parts)).toMatchObject({ kind: "no-client" });
    expect(calls).toEqual([]);
  });
});

describe("the client of an installed Gemini CLI", () => {
  test("is not even looked for before the person has agreed to the sentence on Google's terms", async () => {
    const { parts, searches, calls } = seatWorld();
    const start = await addSeat({ client: { kind: "gemini-cli", acceptedTerms: false } }, parts);
    expect(start).toEqual({ kind: "terms", sentence: SEAT_TERMS });
    expect(SEAT_TERMS).toMatch(/^[^.]*terms[^.]*suspend[^.]*API key[^.]*\.$/);
    expect([searches(), calls.length]).toEqual([0, 0]);
  });

  test("is used after a yes, and kept with the login it made", async () => {
    const { logIn, entries, searches } = seatWorld();
    expect(await logIn(INSTALLED)).toMatchObject({ kind: "added" });
    expect(searches()).toBe(1);
    expect(entries()[0]?.credential).toMatchObject({ client: CLIENT });
  });

  test("that is not there leaves its sentence", async () => {
    const { parts, calls } = seatWorld({ found: { kind: "none", sentence: "No Gemini CLI is installed." } });
    expect(await addSeat(INSTALLED, parts)).toEqual({ kind: "no-client", sentence: "No Gemini CLI is installed." });
    expect(calls).toEqual([]);
  });

  test("is never looked for by a login with an own client", async () => {
    const { logIn, searches } = seatWorld();
    await logIn();
    expect(searches()).toBe(0);
  });
});

describe("a login whose seat needs more", () => {
  test("a project: it is asked for, and the same login goes on without the browser", async () => {
    const { logIn, entries, count, clock } = seatWorld({ seat: { withoutProject: true } });
    const result = await logIn();
    expect(result).toMatchObject({
      kind: "needs-project",
      ok: false,
      sentence: expect.stringContaining("project's id"),
    });
    expect(entries()).toEqual([]);
    expect(await clock.finish(again(result, "123456"))).toMatchObject({
      kind: "needs-project",
      sentence: expect.stringContaining("number"),
    });
    expect(await clock.finish(again(result, PROJECT))).toMatchObject({ kind: "added", ok: true });
    expect(entries()[0]?.account).toMatchObject({ project: PROJECT });
    expect([count("authorize"), count("token"), count("load")]).toEqual([1, 1, 2]);
  });

  test("a person's verification: it is stored, parked, with the link", async () => {
    const url = "https://accounts.google.com/signin/continue?plt=EXAMPLE";
    const rule = {
      reasonCode: "VALIDATION_REQUIRED",
      reasonMessage: "Verify your account to continue.",
      validationUrl: url,
    };
    const { logIn, entries, parked } = seatWorld({ seat: { ineligible: [rule] } });
    const result = await logIn();
    expect(result).toMatchObject({ kind: "needs-verification", ok: true, url });
    expect(result.sentence).toEndWith(`Verify your account to continue. Open ${url}`);
    expect(entries().length).toBe(1);
    expect(parked(idOf(result))).toMatchObject({
      state: "needs-verification",
      url,
      credentialMark: expect.any(String),
    });
  });

  test("nothing that would help: it is not stored, and Google's reason and what helps are told", async () => {
    const rule = { reasonCode: "UNSUPPORTED_CLIENT", reasonMessage: "This client is no longer supported." };
    const { logIn, entries, clock } = seatWorld({ seat: { ineligible: [rule], onboardPolls: 0 } });
    const result = await logIn();
    expect(result).toMatchObject({ kind: "not-eligible", ok: false });
    for (const words of ["This client is no longer supported.", "licence", "API key", "Vertex AI"])
      expect(result.sentence).toContain(words);
    expect(entries()).toEqual([]);
    expect(await clock.finish(again(result, PROJECT))).toMatchObject({ kind: "added" });
  });

  test("a Google that answers: nothing is lost, nobody is asked for a project, and another try goes on", async () => {
    const { logIn, entries, clock, count } = seatWorld({
      faults: [{ on: { path: "load" }, calls: [1, 2, 3], answer: "ca_503_unavailable" }],
    });
    const result = await logIn();
    expect(result).toMatchObject({ kind: "unchecked", ok: false });
    expect(result.sentence).toContain("could not be looked up");
    expect(result.sentence).not.toContain("project");
    expect(result.sentence).toEndWith(" Try again in a while.");
    expect(entries()).toEqual([]);
    expect(await clock.finish(again(result))).toMatchObject({ kind: "added" });
    expect([count("authorize"), count("token"), count("load")]).toEqual([1, 1, 4]);
  });

  test("a Google that answers, for a project that the person has named: the login is kept", async () => {
    const { logIn, entries } = seatWorld({
      faults: [{ on: { path: "load" }, calls: { from: 1 }, answer: "ca_503_unavailable" }],
    });
    const result = await logIn({ ...OWN, project: PROJECT });
    expect(result).toMatchObject({ kind: "added", ok: true });
    expect(result.sentence).toContain("Its seat could not be looked up: ");
    expect(entries().map(({ account }) => account.project)).toEqual([PROJECT]);
  });

  test("a refresh token: no seat is set up for a login that would end within the hour", async () => {
    const { logIn, count } = seatWorld({ consent: { withoutRefreshToken: true } });
    expect(await logIn()).toMatchObject({ kind: "failed", sentence: expect.stringContaining("no refresh token") });
    expect(count("load")).toBe(0);
  });
});

describe("a login to a seat that is there", () => {
  test("keeps its id, label and settings, takes the newer login and unparks it", async () => {
    const { logIn, entries, parts, parked } = seatWorld();
    const id = idOf(await logIn({ ...OWN, label: "work seat" }));
    const before = entries()[0];
    await parts.store.update([{ type: "set-enabled", id, enabled: false }]);
    parts.state.apply([{ type: "account.parked", parked: aParked({ accountId: id, state: "needs-login" }) }]);
    const wish = wishSeatAgain(parts.store, id);
    expect(wish).toEqual({
      client: { kind: "own", client: CLIENT },
      accountId: id,
      loginHint: "me@work.example",
    });
    expect(await logIn(wish ?? OWN)).toMatchObject({ kind: "updated", id, label: "work seat" });
    const [after, ...others] = entries();
    expect(others).toEqual([]);
    expect(after?.account).toMatchObject({ label: "work seat", enabled: false, project: PROJECT, tier: "standard" });
    expect(after?.credential).not.toEqual(before?.credential as never);
    expect(parked(id)).toBeUndefined();
  });

  test("whose project is known is stored though Google cannot be asked just now", async () => {
    const faults = [{ on: { path: "load" as const }, calls: { from: 2 }, answer: "ca_503_unavailable" }];
    const { logIn, entries, parts, parked } = seatWorld({ faults });
    const id = idOf(await logIn());
    parts.state.apply([{ type: "account.parked", parked: aParked({ accountId: id, state: "needs-login" }) }]);
    const result = await logIn({ ...OWN, accountId: id });
    expect(result).toMatchObject({
      kind: "updated",
      id,
      sentence: expect.stringContaining("could not be looked up again"),
    });
    expect(entries()[0]?.account.project).toBe(PROJECT);
    expect(parked(id)).toBeUndefined();
  });

  test("takes part in nobody else's: a wish is for seats with a client only", async () => {
    const { parts } = seatWorld();
    const { client: _, ...clientless } = aLogin();
    await parts.store.update([
      { type: "add", account: anAccount({ id: "k1" }), credential: { kind: "api-key", key: "AIza-example" } },
      { type: "add", account: aSeat({ id: "s1" }), credential: clientless },
    ]);
    expect(wishSeatAgain(parts.store, "k1")).toBeUndefined();
    expect(wishSeatAgain(parts.store, "s1")).toBeUndefined();
    expect(wishSeatAgain(parts.store, "gone")).toBeUndefined();
    expect(wishSeatAgain(parts.store, "s1", INSTALLED.client)).toMatchObject({ client: INSTALLED.client });
  });
});

test("a person who gives up while the seat is set up has nothing stored", async () => {
  const { parts, entries, clock } = seatWorld({ seat: { onboardPolls: 50 } });
  const start = await addSeat({ ...OWN, project: PROJECT }, parts);
  if (start.kind !== "started") throw new Error(start.sentence);
  await clock.advance(12_000);
  start.pending.cancel();
  expect((await clock.finish(start.done)).kind).toMatch(/aborted|concluded/);
  await clock.advance(300_000);
  expect(entries()).toEqual([]);
});
