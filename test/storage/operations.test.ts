import { expect, test } from "bun:test";
import type { AccountOperation } from "../../src/ports/account-store";
import { type AccountsDocument, EMPTY_DOCUMENT, entriesOf } from "../../src/storage/accounts-document";
import { applyOperations } from "../../src/storage/operations";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";

const apply = (document: AccountsDocument, ...operations: AccountOperation[]) => applyOperations(document, operations);
const documentWith = (...operations: AccountOperation[]) => apply(EMPTY_DOCUMENT, ...operations).document;
const loginOf = (document: AccountsDocument) => entriesOf(document).entries[0]?.credential;

const addSeat = (id: string, login = aLogin(), overrides = {}): AccountOperation => ({
  type: "add",
  account: aSeat({ id, ...overrides }),
  credential: login,
});

test("a person who logs in again keeps account, label and settings, and gets the newer credential", () => {
  const before = documentWith(addSeat("s1", aLogin({ generation: 5 }), { label: "mine", priority: 3, enabled: false }));
  const again = aLogin({ refreshToken: "1//example-new", email: "new@work.example", generation: 0 });
  const { document, results } = apply(before, addSeat("s2", again, { label: "other", tier: "enterprise" }));
  expect(results).toEqual([{ id: "s1", effect: "updated" }]);
  expect(entriesOf(document).entries.map(({ account }) => account)).toEqual([
    aSeat({ id: "s1", label: "mine", priority: 3, enabled: false, tier: "enterprise", subject: "1098" }),
  ]);
  expect(loginOf(document)).toMatchObject({ refreshToken: "1//example-new", generation: 6 });
});

test("a refresh that was on its way when the person logged in again changes nothing", () => {
  const before = documentWith(addSeat("s1", aLogin({ generation: 5 })));
  const after = apply(before, addSeat("s2", aLogin({ refreshToken: "1//example-new", generation: 1 }))).document;
  const late = aLogin({ generation: 6, accessToken: "ya29.example-late" });
  const { document, results } = apply(after, { type: "replace-credential", id: "s1", credential: late });
  expect(results[0]?.effect).toBe("unchanged");
  expect(document).toBe(after);
});

test("two persons of one e-mail address are two; one known only by the address is the same", () => {
  const before = documentWith(addSeat("s1", aLogin({ subject: "1" })));
  expect(apply(before, addSeat("s2", aLogin({ subject: "2" }))).results[0]?.effect).toBe("added");
  const ancestor: AccountsDocument = {
    ...EMPTY_DOCUMENT,
    accounts: [{ id: "old", email: "Me@Work.example", refreshToken: "1//example-old", note: "keep" }],
  };
  const { document, results } = apply(ancestor, addSeat("s1"));
  expect(results).toEqual([{ id: "old", effect: "updated" }]);
  expect(document.accounts[0]).toMatchObject({ id: "old", note: "keep", backend: "code-assist" });
  expect(document.accounts[0]).not.toHaveProperty("refreshToken");
});

test("an ancestor's account that is only disabled stays in its own form", () => {
  const account = { id: "old", email: "me@work.example", refreshToken: "1//example-old" };
  const { document } = apply(
    { ...EMPTY_DOCUMENT, accounts: [account] },
    { type: "set-enabled", id: "old", enabled: false },
  );
  expect(document.accounts).toEqual([{ ...account, enabled: false }]);
});

test("one person's logins for two projects of the Gemini API are two accounts: each project has its quota", () => {
  const login = (id: string, quotaProject: string): AccountOperation => ({
    type: "add",
    account: anAccount({ id, credential: "oauth", quotaProject }),
    credential: aLogin(),
  });
  const { results } = apply(EMPTY_DOCUMENT, login("g1", "p1"), login("g2", "p2"), login("g3", "p2"));
  expect(results).toEqual([
    { id: "g1", effect: "added" },
    { id: "g2", effect: "added" },
    { id: "g2", effect: "unchanged" },
  ]);
});

test("the same key on another backend and the same person in another Vertex project are other accounts", () => {
  const key = aKey();
  const vertex = (id: string, project: string): AccountOperation => ({
    type: "add",
    account: anAccount({ id, backend: "vertex", project }),
    credential: key,
  });
  const { results } = apply(
    EMPTY_DOCUMENT,
    { type: "add", account: anAccount({ id: "k1" }), credential: key },
    vertex("v1", "p1"),
    vertex("v2", "p2"),
    vertex("v3", "p2"),
  );
  expect(results).toEqual([
    { id: "k1", effect: "added" },
    { id: "v1", effect: "added" },
    { id: "v2", effect: "added" },
    { id: "v2", effect: "unchanged" },
  ]);
});

test("removing leaves a tombstone, and adding the id again clears it", () => {
  const removed = documentWith(addSeat("s1"), { type: "remove", id: "s1", at: NOW });
  expect(removed).toMatchObject({ accounts: [], removed: [{ id: "s1", at: NOW }] });
  const again = apply(removed, addSeat("s1")).document;
  expect(again.removed).toEqual([]);
});

test("a broken account can be removed, disabled and repaired by its id", () => {
  const broken: AccountsDocument = { ...EMPTY_DOCUMENT, accounts: [{ id: "b", backend: "gemini-api", label: "work" }] };
  expect(apply(broken, { type: "remove", id: "b", at: NOW }).document.accounts).toEqual([]);
  const repaired = apply(broken, { type: "replace-credential", id: "b", credential: aKey() }).document;
  expect(entriesOf(repaired).entries.map(({ account }) => account.label)).toEqual(["work"]);
});

test("a hundred tombstones are kept, the newest", () => {
  const ids = Array.from({ length: 120 }, (_, index) => `s${index}`);
  const story = ids.flatMap((id, index): AccountOperation[] => [
    addSeat(id, aLogin({ subject: id })),
    { type: "remove", id, at: NOW + index },
  ]);
  const { removed } = documentWith(...story);
  expect(removed).toHaveLength(100);
  expect(removed.at(0)).toMatchObject({ id: "s20", at: NOW + 20 });
  expect(removed.at(-1)).toMatchObject({ id: "s119", at: NOW + 119 });
});

test("a refresh keeps what it does not know of the client; a login through another client starts afresh", () => {
  const before = documentWith(addSeat("s1"));
  const [raw] = before.accounts as [{ credential: { client: object } }];
  const known: AccountsDocument = {
    ...before,
    accounts: [{ ...raw, credential: { ...raw.credential, client: { ...raw.credential.client, note: "ours" } } }],
  };
  const clientAfter = (operation: AccountOperation) =>
    (apply(known, operation).document.accounts[0] as typeof raw).credential.client;
  const login = aLogin({ generation: 7 });
  expect(clientAfter({ type: "replace-credential", id: "s1", credential: login })).toEqual({
    id: "example-client",
    secret: "example-secret",
    note: "ours",
  });
  const other = aLogin({ refreshToken: "1//example-other", client: { id: "other-client" } });
  expect(clientAfter(addSeat("s2", other))).toEqual({ id: "other-client" });
});

test("an id that a broken account or somebody else has is never taken over: the new account gets another one", () => {
  const broken = {
    id: "k1",
    backend: "gemini-api",
    label: "work",
    priority: "1",
    credential: aKey("AIza-example-here"),
  };
  const other = (key: string): AccountOperation => ({
    type: "add",
    account: anAccount({ id: "k1", label: "there" }),
    credential: aKey(key),
  });
  const before: AccountsDocument = { ...EMPTY_DOCUMENT, accounts: [broken] };
  const { document, results } = apply(
    before,
    other("AIza-example-1"),
    other("AIza-example-2"),
    other("AIza-example-2"),
  );
  expect(results).toEqual([
    { id: "k1-2", effect: "added" },
    { id: "k1-3", effect: "added" },
    { id: "k1-3", effect: "unchanged" },
  ]);
  expect(document.accounts[0]).toBe(broken);
  expect(entriesOf(document).entries.map(({ credential }) => credential)).toEqual([
    aKey("AIza-example-1"),
    aKey("AIza-example-2"),
  ]);
});

test("a login to the account of an id is for that one, also with another credential", () => {
  const before = documentWith(
    { type: "add", account: anAccount({ id: "g1", credential: "oauth", quotaProject: "p1" }), credential: aLogin() },
    { type: "add", account: anAccount({ id: "v1", backend: "vertex" }), credential: aKey("AIza-example-old") },
  );
  const again = aLogin({ refreshToken: "1//example-new", subject: "77", email: "new@work.example" });
  const { document, results } = apply(
    before,
    { type: "add", account: anAccount({ id: "g1", credential: "oauth" }), credential: again, isAgain: true },
    { type: "add", account: anAccount({ id: "v1" }), credential: aKey("AIza-example-new"), isAgain: true },
  );
  expect(results.map(({ id, effect }) => `${id} ${effect}`)).toEqual(["g1 updated", "v1 updated"]);
  expect(entriesOf(document).entries.map(({ account }) => account.quotaProject)).toEqual(["p1", undefined]);
});

test("a login that does not say whose it is leaves what is known of the person", () => {
  const { subject: _, email: __, ...bare } = aLogin({ refreshToken: "1//example-new" });
  const before = documentWith(addSeat("s1"));
  const { document } = apply(before, { type: "add", account: aSeat({ id: "s1" }), credential: bare, isAgain: true });
  expect(loginOf(document)).toMatchObject({
    refreshToken: "1//example-new",
    subject: "1098",
    email: "me@work.example",
  });
});

test("no location is global: the same key file there is the same account", () => {
  const file = (id: string, location?: string): AccountOperation => ({
    type: "add",
    account: anAccount({
      id,
      backend: "vertex",
      credential: "service-account",
      project: "p1",
      ...(location === undefined ? {} : { location }),
    }),
    credential: { kind: "service-account", keyFile: "/home/me/sa.json" },
  });
  const { results } = apply(EMPTY_DOCUMENT, file("v1"), file("v2", "global"), file("v3", "us-central1"));
  expect(results.map(({ id, effect }) => `${id} ${effect}`)).toEqual(["v1 added", "v1 updated", "v3 added"]);
});
