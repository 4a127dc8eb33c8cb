import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { AccountOperation, ClientOperation } from "../../src/ports/account-store";
import { formatDocument, isFault, parseDocument } from "../../src/storage/accounts-document";
import { applyOperations } from "../../src/storage/operations";
import { holds, LIMIT_MS } from "../property/runs";
import { aKey, aLogin, anAccount, aSeat, NOW } from "../support/builders";

type Json = Readonly<Record<string, unknown>>;

/** What JSON makes of a value: no -0, no undefined. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Fields that nobody here knows; the prefix keeps them apart from those of the contract. */
const unknownFields = fc
  .dictionary(
    fc.oneof(
      fc.string({ maxLength: 6 }).map((name) => `x-${name}`),
      fc.constant("__proto__"),
      fc.constant("constructor"),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3, noNullPrototype: true },
  )
  .map(asJson);

const withOwn = (unknown: Json, own: Json): Json => ({ ...unknown, ...own });

/** A file with a key, a login, an account of the ancestor, one that is broken and a tombstone, strange fields everywhere. */
const aFile = fc
  .record({
    top: unknownFields,
    key: unknownFields,
    keyCredential: unknownFields,
    seat: unknownFields,
    seatCredential: unknownFields,
    client: unknownFields,
    ancestor: unknownFields,
    broken: fc.jsonValue({ maxDepth: 1 }).map(asJson),
    tombstone: unknownFields,
    clients: fc.tuple(unknownFields, fc.jsonValue({ maxDepth: 1 }).map(asJson)),
  })
  .map((extra) => {
    const { kind, ...login } = aLogin();
    const key = { kind: "api-key", key: "AIza-example-k1" };
    return asJson({
      ...extra.top,
      version: 1,
      accounts: [
        withOwn(extra.key, {
          id: "k1",
          label: "key",
          backend: "gemini-api",
          credential: withOwn(extra.keyCredential, key),
        }),
        withOwn(extra.seat, {
          id: "s1",
          label: "seat",
          backend: "code-assist",
          credential: withOwn(extra.seatCredential, {
            kind,
            ...login,
            client: withOwn(extra.client, { ...login.client }),
          }),
        }),
        withOwn(extra.ancestor, {
          id: "old",
          email: "old@work.example",
          refreshToken: "1//example-old",
          enabled: true,
        }),
        extra.broken,
      ],
      removed: [withOwn(extra.tombstone, { id: "gone", at: NOW })],
      oauthClients: [
        withOwn(extra.clients[0], { name: "mine", id: "own.apps.example", secret: "s" }),
        extra.clients[1],
      ],
    });
  });

const SAME_PERSON = aSeat({ id: "s2", label: "again", tier: "enterprise" });

/** One of each operation, on each kind of account. */
const OPERATIONS: readonly AccountOperation[] = [
  { type: "set-enabled", id: "k1", enabled: false },
  { type: "set-enabled", id: "s1", enabled: false },
  { type: "set-enabled", id: "old", enabled: false },
  { type: "replace-credential", id: "k1", credential: aKey("AIza-example-new") },
  { type: "replace-credential", id: "s1", credential: aLogin({ generation: 8, accessToken: "ya29.example-new" }) },
  { type: "replace-credential", id: "old", credential: aLogin({ refreshToken: "1//example-old", generation: 2 }) },
  { type: "add", account: anAccount({ id: "k9" }), credential: aKey("AIza-example-k9") },
  { type: "add", account: SAME_PERSON, credential: aLogin({ refreshToken: "1//example-again" }) },
  { type: "add", account: anAccount({ id: "k2" }), credential: aKey("AIza-example-k1") },
  { type: "remove", id: "k9", at: NOW },
];

const KNOWN = new Set(["credential", "client", "accounts", "removed", "version"]);
const ANCESTORS = new Set(["email", "refreshToken"]);

/** Everything of `before` that is not of the contract, by its place. */
function unknownIn(before: unknown, after: unknown, path: string, missing: string[]): void {
  if (typeof before !== "object" || before === null || Array.isArray(before)) return;
  for (const [name, value] of Object.entries(before)) {
    const other = Object.getOwnPropertyDescriptor(Object(after), name)?.value;
    const isOurs = !name.startsWith("x-") && name !== "__proto__" && name !== "constructor";
    if (isOurs && KNOWN.has(name)) unknownIn(value, other, `${path}.${name}`, missing);
    else if (!isOurs && JSON.stringify(other) !== JSON.stringify(value)) missing.push(`${path}.${name}`);
    else if (isOurs && !ANCESTORS.has(name) && other === undefined) missing.push(`${path}.${name}`);
  }
}

function apply(file: unknown, operations: readonly (AccountOperation | ClientOperation)[]): Json {
  const document = parseDocument(JSON.stringify(file));
  if (isFault(document)) throw new Error(document.sentence);
  return JSON.parse(formatDocument(applyOperations(document, operations).document));
}

const CLIENT_OPERATIONS: readonly ClientOperation[] = [
  { type: "set-client", name: "mine", client: { id: "other.apps.example" } },
  { type: "set-client", name: "new", client: { id: "new.apps.example", secret: "n" } },
  { type: "remove-client", name: "nobody" },
];

describe("what nobody here knows survives a change of the OAuth clients", () => {
  for (const operation of CLIENT_OPERATIONS)
    test(
      `${operation.type} ${operation.name}`,
      () =>
        holds(
          fc.property(aFile, (file) => {
            const after = apply(file, [operation]);
            const [mine, broken] = after["oauthClients"] as readonly Json[];
            const missing: string[] = [];
            const { secret: _, ...kept } = file.oauthClients[0] as Json;
            unknownIn({ ...kept, id: mine?.["id"] }, mine, "client", missing);
            expect(missing).toEqual([]);
            expect(JSON.stringify(broken)).toBe(JSON.stringify(file.oauthClients[1]));
            expect(JSON.stringify(after["accounts"])).toBe(JSON.stringify(file.accounts));
            expect(after["removed"]).toEqual(file.removed);
          }),
          60,
        ),
      LIMIT_MS,
    );
});

describe("what nobody here knows survives", () => {
  for (const operation of OPERATIONS) {
    const id = "id" in operation ? operation.id : operation.account.id;
    test(
      `${operation.type} ${id}`,
      () =>
        holds(
          fc.property(aFile, (file) => {
            const after = apply(file, [operation]);
            const missing: string[] = [];
            unknownIn(file, after, "file", missing);
            const accounts = after["accounts"] as readonly unknown[];
            for (const [index, raw] of file.accounts.entries())
              unknownIn(raw, accounts[index], `account ${index + 1}`, missing);
            expect(missing).toEqual([]);
            expect(JSON.stringify(accounts[3])).toBe(JSON.stringify(file.accounts[3]));
            expect(after["removed"]).toEqual(file.removed);
            expect(JSON.stringify(after["oauthClients"])).toBe(JSON.stringify(file.oauthClients));
          }),
          60,
        ),
      LIMIT_MS,
    );
  }

  test(
    "a removal takes one account and leaves the others and older tombstones alone",
    () =>
      holds(
        fc.property(aFile, fc.constantFrom("k1", "s1", "old"), (file, id) => {
          const after = apply(file, [{ type: "remove", id, at: NOW + 1 }]);
          const left = file.accounts.filter((raw) => (raw as { id?: unknown } | null)?.id !== id);
          expect(JSON.stringify(after["accounts"])).toBe(JSON.stringify(left));
          const removed = (after["removed"] as readonly unknown[]).map((each) => ({
            ...(each as object),
            generation: undefined,
          }));
          expect(JSON.stringify(removed)).toBe(JSON.stringify([...file.removed, { id, at: NOW + 1 }]));
        }),
        60,
      ),
    LIMIT_MS,
  );
});
