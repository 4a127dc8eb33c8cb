import { describe, expect, test } from "bun:test";
import type { OAuthCredential } from "../../src/core/credential";
import { wishAgain } from "../../src/enrol/add-login";
import { createOAuthRefresher } from "../../src/google/oauth";
import { credentialMark, forgetReplaced } from "../../src/pool/unpark";
import type { ProbeResult } from "../../src/ports/upstream";
import { systemFetch } from "../../src/system/fetch";
import { aParked, NOW } from "../support/builders";
import { logIn, loginWorld, ME, OWN_CLIENT, started, WANTED } from "./login-world";

const RETRIEVER = "https://www.googleapis.com/auth/generative-language.retriever";
const CLOUD = "https://www.googleapis.com/auth/cloud-platform";
const EMAIL = "https://www.googleapis.com/auth/userinfo.email";

describe("a login with an own client", () => {
  test("from an empty store to an account whose token can be refreshed", async () => {
    const { google, parts, shown, entries } = await loginWorld();
    const result = await logIn(parts);
    expect(result).toMatchObject({ kind: "added", ok: true, label: "m…@work.example" });
    const [entry, ...rest] = entries();
    expect(rest).toEqual([]);
    expect(entry?.account).toMatchObject({ backend: "gemini-api", credential: "oauth", quotaProject: "side-1" });
    if (entry?.credential.kind !== "oauth") throw new Error("no login");
    expect(entry.credential).toMatchObject({ client: OWN_CLIENT, email: ME, generation: 1 });
    const refresher = createOAuthRefresher({ fetch: systemFetch, tokenUrl: `${google.url}/token` });
    expect(await refresher.refresh(entry.credential)).toMatchObject({ kind: "refreshed" });
    expect((await shown[0])?.status).toBe(200);
  });

  test("for Vertex AI it has a project and a place", async () => {
    const { parts, entries } = await loginWorld();
    await logIn(parts, { backend: "vertex", project: "prod-9" });
    expect(entries()[0]?.account).toMatchObject({ backend: "vertex", project: "prod-9", location: "global" });
  });

  for (const [name, more] of [
    ["no project", { project: " " }],
    ["a project that is none", { project: "my project" }],
    ["a place that is none", { location: "../x" }],
    ["no client", { client: { id: "" } }],
  ] as const)
    test(`${name} is told before anybody is sent to Google`, async () => {
      const { parts } = await loginWorld();
      await expect(started({ ...WANTED, ...more }, parts)).rejects.toThrow(/needed|not/);
    });
});

describe("the same person", () => {
  test("twice is one account with the newer credential, its name kept", async () => {
    const { parts, entries } = await loginWorld();
    const first = await logIn(parts, { label: "side project" });
    const before = entries()[0]?.credential;
    const second = await logIn(parts, { label: "another name" });
    expect(second).toMatchObject({ kind: "updated", label: "side project" });
    expect(entries()).toHaveLength(1);
    expect(entries()[0]?.account.id).toBe((first as { id: string }).id);
    const after = entries()[0]?.credential;
    if (before?.kind !== "oauth" || after?.kind !== "oauth") throw new Error("no login");
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(after.generation).toBe(before.generation + 1);
  });

  test("logs in again to an account that was parked: it is lifted", async () => {
    const { parts, entries, clock } = await loginWorld();
    const first = await logIn(parts);
    if (!first.ok) throw new Error(first.sentence);
    parts.state.apply([
      { type: "account.parked", parked: aParked({ accountId: first.id, state: "needs-login", since: clock.now() }) },
    ]);
    await clock.advance(1_000);
    const wish = wishAgain(parts.store, first.id);
    expect(wish).toMatchObject({ accountId: first.id, project: "side-1", loginHint: ME, client: OWN_CLIENT });
    if (!wish) throw new Error("no wish");
    expect(await logIn(parts, wish)).toMatchObject({ kind: "updated", id: first.id });
    expect(parts.state.current().parked.size).toBe(0);
    expect(entries()).toHaveLength(1);
  });

  test("another one in its place gets an account of its own, and it is said", async () => {
    const { parts, entries } = await loginWorld();
    const first = await logIn(parts, { label: "mine" });
    if (!first.ok) throw new Error(first.sentence);
    const other = await logIn(parts, { accountId: first.id, loginHint: "you@home.example" });
    expect(other.kind).toBe("added");
    expect(other.sentence).toContain("another person than mine");
    expect(entries().map(({ account }) => account.label)).toEqual(["mine", "y…@home.example"]);
  });

  test("is for the account that was named, whatever project it moves to; one that another account has is refused", async () => {
    const { parts, entries } = await loginWorld();
    const one = await logIn(parts, { label: "one", project: "side-1" });
    const two = await logIn(parts, { label: "two", project: "side-2" });
    if (!one.ok || !two.ok) throw new Error("not added");
    const before = entries();
    const refused = await logIn(parts, { accountId: two.id, project: "side-1" });
    expect(refused).toMatchObject({ ok: false, sentence: expect.stringContaining("one") });
    expect(entries()).toBe(before);
    expect(await logIn(parts, { accountId: two.id, project: "side-3" })).toMatchObject({ kind: "updated", id: two.id });
    expect(entries().map(({ account }) => account.quotaProject)).toEqual(["side-1", "side-3"]);
  });

  test("to an account that is switched off says so", async () => {
    const { parts } = await loginWorld();
    const first = await logIn(parts);
    if (!first.ok) throw new Error(first.sentence);
    expect(first.sentence).not.toContain("switched off");
    await parts.store.update([{ type: "set-enabled", id: first.id, enabled: false }]);
    const again = await logIn(parts, { accountId: first.id });
    expect(again.sentence).toContain("It is switched off: enabled in the accounts file.");
  });

  test("that does not say whose it is keeps what is known of the person", async () => {
    const { parts, entries } = await loginWorld({ consent: { unticked: ["openid"] } });
    const first = await logIn(parts);
    if (!first.ok) throw new Error(first.sentence);
    const who = entries()[0]?.credential as OAuthCredential;
    expect(who.email).toBe(ME);
    await logIn({ ...parts, oauth: { ...parts.oauth, whoIs: async () => undefined } }, { accountId: first.id });
    const after = entries()[0]?.credential as OAuthCredential;
    expect(after).toMatchObject({ email: ME, subject: who.subject ?? "none" });
    expect(after).not.toEqual(who);
  });

  test("whose account was removed meanwhile gets a new one, and it is said", async () => {
    const { parts, entries } = await loginWorld();
    const result = await logIn(parts, { accountId: "gone" });
    expect(result.sentence).toContain("not there any more");
    expect(entries()).toHaveLength(1);
  });
});

describe("what Google leaves out", () => {
  test("userinfo failing does not lose the tokens, nor who it is", async () => {
    const { parts, entries } = await loginWorld({
      faults: [{ on: { path: "userinfo" }, answer: "html_502" }],
    });
    expect(await logIn(parts)).toMatchObject({ kind: "added" });
    expect(await logIn(parts)).toMatchObject({ kind: "updated" });
    expect(entries()[0]?.credential).toMatchObject({ email: ME });
  });

  test("without anybody's name the login is kept under a name of ours", async () => {
    const { parts } = await loginWorld({
      faults: [{ on: { path: "userinfo" }, answer: "html_502" }],
      consent: { unticked: ["openid"] },
    });
    expect(await logIn(parts)).toMatchObject({ kind: "added", label: "login" });
    expect(await logIn(parts)).toMatchObject({ kind: "added", label: "login 2" });
  });

  test("a name that is no name is shown in one short line", async () => {
    const { parts } = await loginWorld();
    const whoIs = async () => ({ subject: "1", email: `m\u001b[31m\nx@${"long.".repeat(40)}example` });
    const result = await logIn({ ...parts, oauth: { ...parts.oauth, whoIs } });
    expect(result).toMatchObject({ label: expect.stringMatching(/^m…@[a-z.]{57}$/) });
  });

  test("no refresh token is said, with how to get one, and nothing is stored", async () => {
    const { parts, shown, entries } = await loginWorld({ consent: { withoutRefreshToken: true } });
    const result = await logIn(parts);
    expect(result).toMatchObject({ ok: false });
    expect(result.sentence).toContain("https://myaccount.google.com/permissions");
    expect(entries()).toEqual([]);
    expect(await shown[0]).toMatchObject({ status: 400 });
    expect((await shown[0])?.text).not.toContain("close this window");
  });

  for (const [scope, isStored, words] of [
    [CLOUD, false, "Google Cloud data"],
    [RETRIEVER, true, "retrieval"],
    [EMAIL, true, "email address"],
  ] as const)
    test(`an unticked ${scope.split("/").at(-1)} is named`, async () => {
      const { parts, entries } = await loginWorld({ consent: { unticked: [scope] } });
      const result = await logIn(parts);
      expect(result.sentence).toContain(words);
      expect(entries()).toHaveLength(isStored ? 1 : 0);
    });
});

describe("the first call", () => {
  const refused: ProbeResult = {
    kind: "refused",
    outcome: {
      kind: "parked",
      state: "project-disabled",
      scope: "project",
      status: 403,
      sentence: "The API is not switched on.",
      url: "https://console.cloud.google.com/x",
    },
  };

  test("that is refused for good parks a new account, as a request would", async () => {
    const { parts } = await loginWorld();
    const result = await logIn({ ...parts, markOf: credentialMark, probe: { probe: async () => refused } });
    if (!result.ok) throw new Error(result.sentence);
    expect(result.isRefused).toBe(true);
    expect(forgetReplaced(parts.store.current().entries, parts.state, NOW)).toBe(false);
    expect(parts.state.current().parked.get(result.id)).toMatchObject({
      state: "project-disabled",
      sentence: "The API is not switched on.",
      url: "https://console.cloud.google.com/x",
      credentialMark: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  test("that is refused is said at once; the account is there all the same and stays parked", async () => {
    const { parts, entries, clock } = await loginWorld();
    const first = await logIn(parts);
    if (!first.ok) throw new Error(first.sentence);
    const parked = aParked({ accountId: first.id, state: "project-disabled", since: clock.now() });
    parts.state.apply([{ type: "account.parked", parked }]);
    const result = await logIn({ ...parts, probe: { probe: async () => refused } } as typeof parts);
    expect(result).toMatchObject({ ok: true, isRefused: true });
    expect(result.sentence).toContain("not switched on. See https://console.cloud.google.com/x");
    expect(entries()).toHaveLength(1);
    expect(parts.state.current().parked.size).toBe(1);
  });

  test("that nobody answers keeps nobody waiting", async () => {
    const { parts, clock } = await loginWorld();
    const asked = Promise.withResolvers<void>();
    const hung = {
      probe: (_account: unknown, _access: unknown, signal?: AbortSignal) => {
        asked.resolve();
        return new Promise<ProbeResult>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    const start = await started(WANTED, { ...parts, probe: hung });
    await asked.promise;
    await clock.advance(15_000);
    const end = await start.done;
    expect(end).toMatchObject({ kind: "concluded", result: { kind: "added", isRefused: false } });
  });
});
