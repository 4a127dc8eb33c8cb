import { describe, expect, test } from "bun:test";
import type { Credential } from "../../src/core/credential";
import { findAccount } from "../../src/enrol/find-account";
import type { Question } from "../../src/enrol/way";
import { wayAgain } from "../../src/enrol/ways/again";
import { waysIn } from "../../src/enrol/ways/ways-in";
import { fakeLogin } from "../cli/login-parts";
import { aKey, aLogin, anAccount, aSeat } from "../support/builders";
import { addKeyParts } from "./parts";

const CLIENT = { id: "own-client.apps.example", secret: "own-client-secret" };

function aWorld(given: Parameters<typeof fakeLogin>[1] = {}) {
  const world = addKeyParts();
  const parts = fakeLogin(world, given, { closed: 0, opened: [], projects: [], oauthState: "" });
  const asked = (id: string) =>
    keysOf(
      waysIn(parts)
        .find((way) => way.id === id)
        ?.questions() ?? [],
    );
  return { ...world, parts, asked };
}

const keysOf = (questions: readonly Question[]) => questions.map(({ key }) => key);

describe("the ways in", () => {
  test("are in the order of a menu", () => {
    const ids = waysIn(aWorld().parts).map(({ id }) => id);
    expect(ids).toEqual([
      "api-key",
      "express-key",
      "service-account",
      "adc",
      "gemini-login",
      "vertex-login",
      "seat",
      "seat-gemini-cli",
    ]);
  });

  test("ask for a client's file without one, nothing with one, a choice among several", async () => {
    const { asked, parts, store } = aWorld();
    expect(asked("gemini-login")).toEqual(["client", "project"]);
    await store.update([{ type: "set-client", name: "mine", client: CLIENT }]);
    expect(asked("gemini-login")).toEqual(["project"]);
    await store.update([{ type: "set-client", name: "second", client: { id: "second" } }]);
    const [client] =
      waysIn(parts)
        .find(({ id }) => id === "seat")
        ?.questions() ?? [];
    expect(client).toMatchObject({ kind: "choice", choices: [{ value: "mine" }, { value: "second" }] });
  });

  test("only the one that says so speaks of the Gemini CLI, and asks for a yes first", () => {
    const ways = waysIn(aWorld().parts);
    const named = ways.filter(({ title, hint }) => `${title}${hint}`.includes("Gemini CLI"));
    expect(named.map(({ id }) => id)).toEqual(["seat-gemini-cli"]);
    const [first] = named[0]?.questions() ?? [];
    expect(first?.kind).toBe("yes");
    expect(first?.message).toContain("terms");
  });

  test("for a face that can ask nothing more, what is missing is said and changes nothing", async () => {
    const { parts, store } = aWorld();
    const conversation = { open() {}, progress() {}, ask: async () => undefined, signal: new AbortController().signal };
    for (const way of waysIn(parts).filter(({ id }) => id !== "service-account"))
      expect(await way.run({}, conversation)).toMatchObject({ ok: false, isWrong: true });
    expect(store.current().entries).toEqual([]);
  });
});

describe("an account once more", () => {
  test("asks only for what is open", async () => {
    const { parts, store } = aWorld();
    const { client: _, ...clientless } = aLogin();
    await store.update([
      { type: "add", account: anAccount({ id: "k1" }), credential: aKey("AIza-example-k1") },
      { type: "add", account: aSeat({ id: "s1", subject: "1" }), credential: aLogin({ subject: "1" }) },
      { type: "add", account: aSeat({ id: "s2", subject: "2" }), credential: { ...clientless, subject: "2" } },
    ]);
    const asks = (id: string) => keysOf(wayAgain(parts, id)?.questions() ?? []);
    expect([asks("k1"), asks("s1"), asks("s2")]).toEqual([["keys"], [], ["client"]]);
    expect(wayAgain(parts, "nobody")).toBeUndefined();
  });

  const local = async (account: object, credential: Credential) => {
    const { parts, store } = aWorld({ adc: { kind: "user", sentence: "A person's login." } });
    const made = anAccount({ id: "v1", label: "mine", backend: "vertex", credential: credential.kind, ...account });
    await store.update([{ type: "add", account: made, credential }]);
    const conversation = { open() {}, progress() {}, ask: async () => undefined, signal: new AbortController().signal };
    const run = async (answers = {}) => wayAgain(parts, "v1")?.run(answers, conversation);
    return { run, store, entries: () => store.current().entries };
  };

  test.each<Credential>([{ kind: "adc" }, { kind: "service-account", keyFile: "/home/me/sa.json" }])(
    "of this machine stays one account: %j",
    async (credential) => {
      const { run, entries } = await local({ project: "p-123456" }, credential);
      expect(await run()).toMatchObject({ ok: true, id: "v1", isNew: false });
      expect(entries().map(({ account }) => account.label)).toEqual(["mine"]);
    },
  );

  test("takes the key file that is named now, and keeps name, project and place", async () => {
    const old = { kind: "service-account", keyFile: "/home/me/old.json" } as const;
    const { run, entries } = await local({ project: "p-123456", location: "us-central1" }, old);
    expect(await run({ file: "new.json" })).toMatchObject({ ok: true, id: "v1" });
    const [entry, ...others] = entries();
    expect(others).toEqual([]);
    expect(entry?.account).toMatchObject({ label: "mine", project: "p-123456", location: "us-central1" });
    expect(entry?.credential).toEqual({ kind: "service-account", keyFile: "/home/me/new.json" });
  });

  test("does not take the key file of another account in the same place", async () => {
    const { run, store, entries } = await local(
      { project: "p-123456" },
      { kind: "service-account", keyFile: "/home/me/old.json" },
    );
    const twin = {
      id: "v2",
      label: "twin",
      backend: "vertex",
      credential: "service-account",
      project: "p-123456",
    } as const;
    const credential = { kind: "service-account", keyFile: "/home/me/new.json" } as const;
    await store.update([{ type: "add", account: anAccount(twin), credential }]);
    const before = entries();
    expect(await run({ file: "/home/me/new.json" })).toMatchObject({
      ok: false,
      isWrong: true,
      sentence: expect.stringContaining("twin"),
    });
    expect(entries()).toBe(before);
  });

  test("that is switched off says so", async () => {
    const { run } = await local({ project: "p-123456", enabled: false }, { kind: "adc" });
    expect((await run())?.sentence).toContain("It is switched off: enabled in the accounts file.");
  });

  test("is found by its id, its name or its name in other letters; a twin is not guessed", () => {
    const entry = (id: string, label: string) => ({
      account: anAccount({ id, label }),
      credential: aKey(`AIza-${id}`),
    });
    const entries = [
      entry("k1", "Mine"),
      entry("k2", "mine"),
      entry("k3", "Other"),
      entry("k4", "twin"),
      entry("k5", "twin"),
    ];
    const idOf = (word: string) => {
      const found = findAccount(entries, word);
      return found.kind === "found" ? found.entry.account.id : found.sentence;
    };
    expect(["k3", "mine", "Mine", "OTHER "].map(idOf)).toEqual(["k3", "k2", "k1", "k3"]);
    expect(idOf("twin")).toContain("k4, k5");
    expect(idOf("MINE")).toContain("k1, k2");
  });
});
