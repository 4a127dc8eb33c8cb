import { describe, expect, test } from "bun:test";
import { type ImportParts, importAccounts } from "../../src/enrol/import-accounts";
import { parkClientless } from "../../src/enrol/park-clientless";
import { shownLabel } from "../../src/enrol/shown-label";
import { credentialMark, forgetReplaced } from "../../src/pool/unpark";
import type { AccountEntry } from "../../src/ports/account-store";
import { type ForeignFault, type ForeignReading, NO_REFRESH_TOKEN } from "../../src/ports/import";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";
import { addKeyParts } from "./parts";

const reading = (entries: readonly AccountEntry[], faults: readonly ForeignFault[] = []): ForeignReading => ({
  kind: "accounts",
  format: "pool",
  accounts: entries.map((entry, index) => ({ place: `account ${index + 1}`, entry })),
  faults,
  notes: [],
});
const keyed = (id: string, key = `AIza-example-${id}`, label = id): AccountEntry => ({
  account: anAccount({ id, label }),
  credential: aKey(key),
});
const seat = (overrides: Partial<ReturnType<typeof aLogin>> = {}, id = "s1"): AccountEntry => ({
  account: aSeat({ id }),
  credential: aLogin(overrides),
});
const clientless = (): AccountEntry => {
  const { client: _, ...login } = aLogin();
  return { account: aSeat({ id: "s1", label: "me@work.example" }), credential: login };
};

function world(removed: readonly string[] = []) {
  const made = addKeyParts();
  const parts: ImportParts = { ...made, removed: () => new Set(removed), markOf: credentialMark };
  const run = async (given: ForeignReading, isDryRun = false) => {
    const result = await importAccounts(given, parts, { isDryRun });
    if (result.kind === "failed") return result.sentence;
    return result.items.map(({ result: what, place, label, as, why, needs }) =>
      [what, place, label, as, why ?? needs].filter((word) => word !== undefined).join(" | "),
    );
  };
  const ids = () => made.store.current().entries.map(({ account }) => account.id);
  return { ...made, parts, run, ids };
}

describe("importing", () => {
  test("adds, tells what is there, and skips with the place and the reason", async () => {
    const { run, ids, store } = world();
    await store.update([{ type: "add", ...keyed("mine", "AIza-example-same", "my own") }]);
    const file = reading(
      [keyed("k1"), keyed("k2", "AIza-example-same"), keyed("k3", "AIza-example-k1"), keyed("k4", "two\nlines")],
      [{ place: "account 5", why: "credential.key is missing" }],
    );
    expect(await run(file)).toEqual([
      "added | account 1 | k1",
      "known | account 2 | k2 | my own",
      "known | account 3 | k3 | k1",
      "skipped | account 4 | k4 | That is more than one line. Add one key at a time.",
      "skipped | account 5 | credential.key is missing",
    ]);
    expect(ids()).toEqual(["mine", "k1"]);
    expect(await run(file)).toContain("known | account 1 | k1 | k1");
    expect(ids()).toEqual(["mine", "k1"]);
  });

  test("a dry run says the same and changes nothing", async () => {
    const [dry, real] = [world(), world()];
    const file = reading([keyed("k1"), clientless()]);
    expect(await dry.run(file, true)).toEqual(await real.run(file));
    expect(dry.files.paths()).toEqual([]);
    expect(dry.state.current().parked.size).toBe(0);
  });

  test("never replaces a login, a name or a setting of the same person", async () => {
    const { run, store } = world();
    await store.update([{ type: "add", ...seat() }]);
    const before = store.current().entries;
    const other = {
      account: aSeat({ id: "x", label: "other", project: "p-2" }),
      credential: aLogin({ generation: 9 }),
    };
    const { subject: _, email: __, ...bare } = aLogin();
    expect(await run(reading([other, { account: aSeat({ id: "y" }), credential: bare }]))).toEqual([
      "known | account 1 | other | seat",
      "known | account 2 | seat | seat",
    ]);
    expect(store.current().entries).toBe(before);
  });

  test("the id of somebody else is not taken over", async () => {
    const { run, store, ids } = world();
    await store.update([{ type: "add", ...keyed("k1", "AIza-example-here") }]);
    const fresh = keyed("../evil", "AIza-example-x");
    expect(await run(reading([keyed("k1", "AIza-example-there"), fresh]))).toHaveLength(2);
    expect(ids()).toEqual(["k1", expect.stringMatching(/^id-\d$/), expect.stringMatching(/^id-\d$/)]);
    expect(store.current().entries[0]?.credential).toEqual(aKey("AIza-example-here"));
  });

  test("who was removed here stays away, and is told", async () => {
    const gone = "0b5c7e9a-1f2d-4c3b-8a69-5d4e3f2a1b0c";
    const { run, ids } = world([gone]);
    const [first, second] = await run(reading([keyed(gone, "AIza-example-gone", "old"), keyed("k2")]));
    expect(first).toStartWith("skipped | account 1 | old | it was removed here");
    expect(second).toBe("added | account 2 | k2");
    expect(ids()).toEqual(["k2"]);
  });

  test("an id that anybody may have given says nothing of who was removed: it comes in under a new one", async () => {
    const { run, ids } = world(["k1"]);
    expect(await run(reading([keyed("k1", "AIza-example-elsewhere")]))).toEqual(["added | account 1 | k1"]);
    expect(ids()).toEqual(["id-1"]);
  });

  test("a broken account here is not replaced by one of its id", async () => {
    const { run, store, files, path, parts } = world();
    const broken = { id: "k1", backend: "gemini-api", label: "mine", priority: "1", credential: aKey("AIza-mine") };
    files.put(path, JSON.stringify({ version: 1, accounts: [broken] }));
    expect(await run(reading([keyed("k1", "AIza-example-there", "there")]))).toEqual(["added | account 1 | there"]);
    expect(JSON.parse(files.read(path) ?? "").accounts[0]).toEqual(broken);
    expect(store.current().entries.map(({ account }) => account.id)).toEqual(["k1-2"]);
    const login = clientless();
    const result = await importAccounts(reading([{ ...login, account: { ...login.account, id: "k1" } }]), parts);
    expect(result).toMatchObject({ items: [{ result: "added", id: "k1-3" }] });
    expect([...parts.state.current().parked.keys()]).toEqual(["k1-3"]);
  });

  test("one person's logins for two projects of the Gemini API are two accounts", async () => {
    const { run } = world();
    const login = (id: string, quotaProject: string) => ({
      account: anAccount({ id, label: id, credential: "oauth", quotaProject }),
      credential: aLogin(),
    });
    expect(await run(reading([login("g1", "p-1"), login("g2", "p-2"), login("g3", "p-2")]))).toEqual([
      "added | account 1 | g1",
      "added | account 2 | g2",
      "known | account 3 | g3 | g2",
    ]);
  });

  test("no location is global", async () => {
    const { run } = world();
    const vertex = (id: string, place: object) => ({
      account: anAccount({ id, label: id, backend: "vertex", credential: "adc", project: "p-1", ...place }),
      credential: { kind: "adc" } as const,
    });
    const told = await run(reading([vertex("v1", {}), vertex("v2", { location: "global" })]));
    expect(told).toEqual(["added | account 1 | v1", "known | account 2 | v2 | v1"]);
  });

  test("tokens that end within the hour are left behind", async () => {
    const { run, store } = world();
    await run(reading([seat({ generation: 7 })]));
    const { accessToken: _, expiresAt: __, ...login } = aLogin({ generation: 0 });
    expect(store.current().entries[0]?.credential).toEqual(login);
  });

  test("a torn refresh token is not taken", async () => {
    expect(await world().run(reading([seat({ refreshToken: "1//a\nB=2" })]))).toEqual([
      "skipped | account 1 | seat | its refresh token is not whole",
    ]);
  });

  test("a login without a client is parked at once, and free again once it has one", async () => {
    const { run, store, state, clock } = world();
    const [told] = await run(reading([clientless()]));
    expect(told).toStartWith("added | account 1 | m…@work.example | It does not say with which OAuth client");
    expect(state.current().parked.get("s1")).toMatchObject({ state: "needs-login", since: NOW });
    await clock.advance(1_000);
    forgetReplaced(store.current().entries, state, clock.now());
    expect(state.current().parked.size).toBe(1);
    forgetReplaced([seat()], state, clock.now());
    expect(state.current().parked.size).toBe(0);
  });

  test("an accounts file that cannot be written fails as a whole", async () => {
    const { run, files, path } = world();
    files.put(path, "{,");
    expect(await run(reading([keyed("k1")]))).toContain(path);
    expect(files.read(path)).toBe("{,");
    expect(await run({ kind: "wrong", sentence: "The file is empty." })).toBe("The file is empty.");
  });

  test("what another process adds meanwhile is there, not added", async () => {
    const made = addKeyParts();
    const late: ImportParts = {
      ...made,
      removed: () => new Set(),
      markOf: credentialMark,
      store: {
        ...made.store,
        update: async (operations) => {
          await made.store.update([{ type: "add", ...keyed("first", "AIza-example-k1") }]);
          return made.store.update(operations);
        },
      },
    };
    const result = await importAccounts(reading([keyed("k1")]), late);
    expect(result).toMatchObject({ items: [{ result: "known", label: "k1" }] });
    expect(made.store.current().entries).toHaveLength(1);
  });
});

test("who came without a login keeps name, id and project when the same person logs in, and can answer then", async () => {
  const { run, store, state, clock } = world();
  const empty = aLogin({ refreshToken: NO_REFRESH_TOKEN });
  const { client: _, subject: __, accessToken: ___, expiresAt: ____, ...bare } = empty;
  const account = aSeat({ id: "?", label: "work", project: "p-1" });
  expect(await run(reading([{ account, credential: bare }]))).toEqual([
    "added | account 1 | work | It came without a login that can be used here: log in.",
  ]);
  const [before] = store.current().entries;
  await clock.advance(1_000);
  const login = {
    account: anAccount({ id: "new", backend: "code-assist", credential: "oauth" }),
    credential: aLogin(),
  };
  await store.update([{ type: "add", ...login }]);
  const [after, ...others] = store.current().entries;
  expect(others).toEqual([]);
  expect(after?.account).toEqual({ ...before?.account, subject: "1098" } as typeof account);
  expect(after?.credential).toMatchObject({ refreshToken: "1//example-refresh" });
  forgetReplaced(store.current().entries, state, clock.now());
  expect(state.current().parked.size).toBe(0);
});

test("logins that can answer, and those already parked, are not parked", () => {
  const { state } = addKeyParts();
  const parts = { state, now: NOW, markOf: credentialMark };
  parkClientless([seat(), keyed("k1")], parts);
  expect(state.current().parked.size).toBe(0);
  parkClientless([clientless()], parts);
  parkClientless([clientless()], { ...parts, now: NOW + 5_000 });
  expect(state.current().parked.get("s1")?.since).toBe(NOW);
});

test.each([
  ["work", "work"],
  ["me@work.example", "m…@work.example"],
  ["my seat (me.too@work.example) 2", "my seat (m…@work.example) 2"],
  ["a\n\u001b[31mb\u202ec", "a [31mb c"],
  ["AIza-example-0123456789", "[api key]"],
  ["x".repeat(100), "x".repeat(60)],
])("the label %j is shown as %j", (label, shown) => {
  expect(shownLabel(label)).toBe(shown);
});
