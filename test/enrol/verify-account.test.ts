import { describe, expect, test } from "bun:test";
import type { Account } from "../../src/core/account";
import type { Credential } from "../../src/core/credential";
import type { Outcome } from "../../src/core/outcome";
import { type VerifyParts, verifyAccount } from "../../src/enrol/verify-account";
import { credentialMark } from "../../src/pool/unpark";
import type { Access, AccessResult, ProbeResult } from "../../src/ports/upstream";
import { fakeLogin } from "../cli/login-parts";
import { aCooldown, aKey, aLogin, anAccount, NOW } from "../support/builders";
import { addKeyParts } from "./parts";

const KEY = "AIza-example-0123456789abcd";
const refused = { status: 400, sentence: "API key not valid." };
const INVALID: Outcome = { kind: "parked", state: "key-invalid", scope: "account", ...refused };
const UNCLEAR: readonly Outcome[] = [
  { kind: "transient", cause: "network", ...refused },
  { kind: "transient", cause: "server", ...refused },
  { kind: "timeout", ...refused },
  { kind: "limited", scope: "quota", reason: "rate-limit", detailed: false, ...refused },
  { kind: "capacity", detailed: false, ...refused },
  { kind: "denied", ...refused },
  { kind: "egress", ...refused },
  { kind: "machine", ...refused },
];

interface Given {
  readonly account?: Partial<Account>;
  readonly credential?: Credential;
  readonly says?: Outcome;
  readonly token?: AccessResult;
}

/** One account, or several, and a Google that says the same of each. */
async function aWorld({ account, credential = aKey(KEY), says, token }: Given, ...others: readonly Partial<Account>[]) {
  const world = addKeyParts();
  const answer: ProbeResult = says === undefined ? { kind: "valid" } : { kind: "refused", outcome: says };
  const seen = { closed: 0, opened: [], projects: [], oauthState: "" };
  const login = fakeLogin(world, { key: () => answer, first: answer }, seen);
  const parts: VerifyParts = {
    ...login,
    markOf: credentialMark,
    ...(token === undefined ? {} : { tokens: { access: async () => token, invalidate() {} } }),
  };
  const made = { ...anAccount({ id: "k1", label: "mine", credential: credential.kind }), ...account };
  await world.store.update([
    { type: "add", account: made, credential },
    ...others.map((each) => ({ type: "add" as const, account: anAccount(each), credential: aKey(`AIza-${each.id}`) })),
  ]);
  const entry = world.store.current().entries[0];
  if (entry === undefined) throw new Error("it is not there");
  const parked = (id = "k1") => world.state.current().parked.get(id);
  return { ...world, parts, parked, verify: () => verifyAccount(entry, parts) };
}

describe("a key", () => {
  test("that Google refuses for good is parked as a request would, until the key is another one", async () => {
    const { verify, parked, store } = await aWorld({ says: INVALID });
    expect(await verify()).toEqual({ kind: "waits", sentence: "mine still cannot be used: API key not valid." });
    expect(parked()).toEqual({
      accountId: "k1",
      state: "key-invalid",
      sentence: "API key not valid.",
      since: NOW,
      credentialMark: credentialMark(aKey(KEY)),
    });
    expect(JSON.stringify(store.current().entries)).toContain(KEY);
  });

  test("that is minutes old pauses first, and is parked the second time", async () => {
    const { verify, parked, state, clock } = await aWorld({ says: INVALID, account: { addedAt: NOW - 60_000 } });
    expect((await verify()).kind).toBe("waits");
    expect(parked()).toBeUndefined();
    expect([...state.current().cooldowns.values()]).toMatchObject([{ reason: "new-key", until: NOW + 120_000 }]);
    await clock.advance(120_001);
    await verify();
    expect(parked()).toMatchObject({ state: "key-invalid" });
  });

  test("that is banned is parked as that, with the address", async () => {
    const url = "https://support.google.com/x";
    const { verify, parked } = await aWorld({ says: { kind: "banned", url, ...refused } });
    expect((await verify()).kind).toBe("waits");
    expect(parked()).toMatchObject({ state: "banned", url });
  });

  test("whose project is switched off takes the other keys of the project along, and nobody else", async () => {
    const says: Outcome = { kind: "parked", state: "project-disabled", scope: "project", ...refused };
    const one = { account: { quotaProject: "side-1" }, says };
    const { verify, parked } = await aWorld(one, { id: "k2", quotaProject: "side-1" }, { id: "k3", quotaProject: "o" });
    await verify();
    expect([parked("k1")?.state, parked("k2")?.state, parked("k3")?.state]).toEqual([
      "project-disabled",
      "project-disabled",
      undefined,
    ]);
    expect(parked("k2")?.credentialMark).toBe(credentialMark(aKey("AIza-k2")));
  });

  test.each(UNCLEAR.map((outcome) => [outcome.kind, outcome] as const))(
    "changes nothing where the answer is unclear: %s",
    async (_, says) => {
      const { verify, state } = await aWorld({ says });
      await verify();
      expect(state.current().parked.size).toBe(0);
      expect(state.current().cooldowns.size).toBe(0);
    },
  );

  test("that was replaced while Google was asked is left alone: the new one must not pay for the old one", async () => {
    const { parts, parked, store } = await aWorld({});
    const keyProbe = {
      probe: async () => {
        await store.update([{ type: "replace-credential", id: "k1", credential: aKey("AIza-example-new") }]);
        return { kind: "refused", outcome: INVALID } as const;
      },
    };
    const entry = store.current().entries[0];
    if (entry === undefined) throw new Error("it is not there");
    await verifyAccount(entry, { ...parts, keyProbe });
    expect(parked()).toBeUndefined();
  });

  test("that works while its quota is used up says that it still pauses", async () => {
    const { verify, state, clock } = await aWorld({ account: { quotaProject: "side-1" } });
    const scope = { kind: "quota", quotaScope: "gemini-api/side-1", group: "pro" } as const;
    const cooldown = aCooldown({ scope, since: NOW, until: NOW + 60_000 });
    state.apply([{ type: "cooldown.set", cooldown }]);
    expect((await verify()).sentence).toBe("mine works. It still pauses for a while: see gemini-pool status.");
    await clock.advance(60_000);
    expect((await verify()).sentence).toBe("mine works.");
  });

  test("of the environment is parked too, though it is in no file of ours", async () => {
    const { parts, parked } = await aWorld({ says: INVALID });
    const account = anAccount({ id: "env-GEMINI_API_KEY-0a1b2c3d", origin: "environment", addedAt: 0 });
    await verifyAccount({ account, credential: aKey() }, parts);
    expect(parked(account.id)).toMatchObject({ state: "key-invalid", credentialMark: credentialMark(aKey()) });
  });
});

describe("an account with a token", () => {
  const vertex = { account: { backend: "vertex" as const, project: "p-1" }, credential: aLogin() };
  const login: Outcome = { kind: "parked", state: "needs-login", scope: "account", ...refused };

  test("is parked where its login is over, or its calls are refused for good", async () => {
    const over = await aWorld({ ...vertex, token: { kind: "failed", outcome: login } });
    expect((await over.verify()).kind).toBe("waits");
    expect(over.parked()).toMatchObject({ state: "needs-login", sentence: refused.sentence });
    const off = await aWorld({
      ...vertex,
      says: { kind: "parked", state: "billing", scope: "account", url: "https://b.example", ...refused },
    });
    expect((await off.verify()).kind).toBe("waits");
    expect(off.parked()).toMatchObject({ state: "billing", url: "https://b.example" });
  });

  test("whose token Google takes no more is renewed once: what is wrong with the login is said, not the token", async () => {
    const { parts, store } = await aWorld({ ...vertex, says: { kind: "unauthorized", ...refused } });
    const client: Outcome = { kind: "machine", status: 401, sentence: "The OAuth client is unknown." };
    const refusedTokens: string[] = [];
    const tokens = {
      access: async (): Promise<AccessResult> =>
        refusedTokens.length === 0
          ? { kind: "access", access: { kind: "bearer", token: "ya29.old" } }
          : { kind: "failed", outcome: client },
      invalidate: (_: Account, access: Access) => void refusedTokens.push(access.kind === "bearer" ? access.token : ""),
    };
    const entry = store.current().entries[0];
    if (entry === undefined) throw new Error("it is not there");
    const verified = await verifyAccount(entry, { ...parts, tokens });
    expect(verified).toEqual({
      kind: "unchecked",
      sentence: "mine could not be checked: The OAuth client is unknown.",
    });
    expect(refusedTokens).toEqual(["ya29.old"]);
  });

  test.each(UNCLEAR.map((outcome) => [outcome.kind, outcome] as const))("stays as it is after: %s", async (_, says) => {
    for (const given of [{ says }, { token: { kind: "failed", outcome: says } as const }]) {
      const { verify, state } = await aWorld({ ...vertex, ...given });
      await verify();
      expect(state.current().parked.size).toBe(0);
    }
  });
});
