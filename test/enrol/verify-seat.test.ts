import { describe, expect, test } from "bun:test";
import { verifyAgain } from "../../src/enrol/verify-seat";
import { aLogin, anAccount, aSeat, NOW } from "../support/builders";
import { idOf, OWN, PROJECT, seatWorld } from "./seat-world";

const url = "https://accounts.google.com/signin/continue?plt=EXAMPLE";
const VERIFY = { on: { path: "load" as const }, answer: "ca_load_validation_required_200" };

describe("I have verified", () => {
  test("brings an account back after one lookup, once Google has nothing against it", async () => {
    const { logIn, verifying, parked, count, entries, clock } = seatWorld({ faults: [{ ...VERIFY, calls: [1] }] });
    const result = await logIn({ ...OWN, label: "work seat" });
    expect(result.kind).toBe("needs-verification");
    expect(entries()[0]?.account.project).toBeUndefined();
    const verified = await clock.finish(verifyAgain(idOf(result), verifying));
    expect(verified).toEqual({ kind: "works", sentence: "work seat can be used again." });
    expect(parked(idOf(result))).toBeUndefined();
    expect(entries()[0]?.account).toMatchObject({ project: PROJECT, tier: "standard", label: "work seat" });
    expect(count("load")).toBe(2);
  });

  test("leaves it parked while Google still wants it, with the link", async () => {
    const { logIn, verifying, parked, count, clock } = seatWorld({ faults: [VERIFY] });
    const id = idOf(await logIn());
    expect(await clock.finish(verifyAgain(id, verifying))).toMatchObject({ kind: "waits", url });
    expect(parked(id)).toMatchObject({ state: "needs-verification", url });
    expect(count("load")).toBe(2);
  });

  test("changes nothing where Google cannot be asked", async () => {
    const faults = [
      { ...VERIFY, calls: [1] },
      { on: { path: "load" as const }, calls: { from: 2 }, answer: "ca_503_unavailable" },
    ];
    const { logIn, verifying, parked, clock } = seatWorld({ faults });
    const id = idOf(await logIn());
    expect(await clock.finish(verifyAgain(id, verifying))).toMatchObject({ kind: "unchecked" });
    expect(parked(id)).toMatchObject({ state: "needs-verification" });
  });

  test("parks a seat whose login is over, and says why", async () => {
    const { logIn, verifying, clock, parked } = seatWorld();
    const id = idOf(await logIn());
    const over = {
      kind: "parked",
      state: "needs-login",
      scope: "account",
      status: 400,
      sentence: "Log in again.",
    } as const;
    const tokens = { ...verifying.tokens, access: async () => ({ kind: "failed", outcome: over }) as const };
    expect(await clock.finish(verifyAgain(id, { ...verifying, tokens }))).toMatchObject({
      kind: "waits",
      sentence: expect.stringContaining("still cannot be used: Log in again."),
    });
    expect(parked(id)).toMatchObject({ state: "needs-login", sentence: "Log in again." });
  });

  test("parks a seat whose lookup Google refuses for good", async () => {
    const { logIn, verifying, clock, parked } = seatWorld();
    const id = idOf(await logIn());
    const outcome = {
      kind: "parked",
      state: "no-licence",
      scope: "account",
      status: 403,
      sentence: "No licence.",
    } as const;
    const setup = { find: async () => ({ kind: "failed", outcome }) as const };
    const verified = await clock.finish(verifyAgain(id, { ...verifying, setup }));
    expect(verified).toMatchObject({ kind: "waits", sentence: expect.stringContaining("No licence.") });
    expect(parked(id)).toMatchObject({ state: "no-licence", credentialMark: expect.any(String) });
  });

  test("looks a seat of the environment up as well, and writes nothing of it", async () => {
    const { logIn, verifying, parts, count, clock } = seatWorld();
    await logIn();
    const before = parts.store.current();
    const { credential = aLogin() } = before.entries[0] ?? {};
    const { project: _, ...account } = aSeat({ id: "env-1", label: "GEMINI_CLI_1", origin: "environment" });
    const entries = () => [{ account, credential }];
    expect(await clock.finish(verifyAgain("env-1", { ...verifying, entries }))).toMatchObject({ kind: "works" });
    expect(count("load")).toBe(2);
    expect(parts.store.current()).toBe(before);
  });

  test("renews a token that Google takes no more, once", async () => {
    const { logIn, verifying, clock } = seatWorld();
    const id = idOf(await logIn());
    const spent: string[] = [];
    const tokens = {
      access: async () =>
        ({ kind: "access", access: { kind: "bearer", token: spent.length === 0 ? "old" : "new" } }) as const,
      invalidate: () => void spent.push("old"),
    };
    const setup = {
      find: async (token: string) =>
        token === "new"
          ? ({ kind: "ready", project: PROJECT, tier: "standard-tier" } as const)
          : ({ kind: "failed", outcome: { kind: "unauthorized", status: 401, sentence: "401" } } as const),
    };
    expect((await clock.finish(verifyAgain(id, { ...verifying, tokens, setup }))).kind).toBe("works");
    expect(spent).toEqual(["old"]);
  });

  test("is for seats only", async () => {
    const { verifying, parts, calls } = seatWorld();
    await parts.store.update([
      { type: "add", account: anAccount({ id: "k1" }), credential: { kind: "api-key", key: "AIza-example" } },
    ]);
    for (const id of ["k1", "gone"]) expect((await verifyAgain(id, verifying)).kind).toBe("wrong");
    expect(calls).toEqual([]);
  });
});

test("a seat that came without a project gets its own by one lookup; a second one writes nothing", async () => {
  const { logIn, verifying, parts, entries, count, clock } = seatWorld();
  await logIn();
  const credential = entries()[0]?.credential ?? aLogin();
  await parts.store.update([{ type: "remove", id: entries()[0]?.account.id ?? "", at: NOW }]);
  const { project: _, ...bare } = aSeat({ id: "old" });
  await parts.store.update([{ type: "add", account: bare, credential }]);
  expect(await clock.finish(verifyAgain("old", verifying))).toMatchObject({ kind: "works" });
  expect(entries()[0]?.account).toMatchObject({ id: "old", project: PROJECT, tier: "standard" });
  const before = parts.store.current();
  await clock.finish(verifyAgain("old", verifying));
  expect(parts.store.current()).toBe(before);
  expect(count("load")).toBe(3);
});
