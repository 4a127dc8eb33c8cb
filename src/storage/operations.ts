import type { Credential } from "../core/credential";
import { isSameAccount } from "../core/same-account";
import type { AccountEntry, AccountOperation, ClientOperation, OperationResult } from "../ports/account-store";
import { decodeAccount, encodeAccount, modernise } from "./account-codec";
import type { AccountsDocument } from "./accounts-document";
import { encodeCredential } from "./credential-codec";
import { isObject, type JsonObject } from "./json";
import { applyToClients } from "./oauth-clients";

/** The document after an operation, and what became of it. The same document object means nothing is to be written. */
export interface Applied {
  readonly document: AccountsDocument;
  readonly result: OperationResult;
}

type Operation<T extends AccountOperation["type"]> = Extract<AccountOperation, { type: T }>;

/** As it is read: without the space around it. */
const idOf = (raw: unknown): unknown => {
  const id = isObject(raw) ? raw["id"] : undefined;
  return typeof id === "string" ? id.trim() : id;
};

const positionOf = (document: AccountsDocument, id: string): number =>
  document.accounts.findIndex((raw) => idOf(raw) === id);

const entryAt = (document: AccountsDocument, index: number): AccountEntry | undefined => {
  const decoded = decodeAccount(document.accounts[index], index + 1);
  return "entry" in decoded ? decoded.entry : undefined;
};

const unchanged = (document: AccountsDocument, id: string): Applied => ({
  document,
  result: { id, effect: "unchanged" },
});

/** Puts `raw` in place of one account, unless that changes nothing. */
function replaced(document: AccountsDocument, index: number, id: string, raw: JsonObject): Applied {
  if (JSON.stringify(raw) === JSON.stringify(document.accounts[index])) return unchanged(document, id);
  const accounts = document.accounts.with(index, raw);
  return { document: { ...document, accounts }, result: { id, effect: "updated" } };
}

const withSubject = ({ account, credential }: Operation<"add">): AccountEntry => {
  const { subject } = account;
  return credential.kind === "oauth" && credential.subject === undefined && subject !== undefined
    ? { account, credential: { ...credential, subject } }
    : { account, credential };
};

/** The account that an addition is for, and its position; the one of its own id goes first. A broken one is never it. */
function findSame(document: AccountsDocument, added: AccountEntry, isAgain: boolean) {
  const own = positionOf(document, added.account.id);
  const before = own < 0 ? undefined : entryAt(document, own);
  if (before && (isAgain || isSameAccount(before, added))) return { index: own, before };
  for (const index of document.accounts.keys()) {
    const entry = entryAt(document, index);
    if (entry && isSameAccount(entry, added)) return { index, before: entry };
  }
  return undefined;
}

/** Of its own, or made of it: nobody here has it, broken accounts too; nobody who is gone had the made one. */
function freeId(document: AccountsDocument, id: string): string {
  if (positionOf(document, id) < 0) return id;
  const taken = new Set([...document.accounts, ...document.removed].map(idOf));
  let number = 2;
  while (taken.has(`${id}-${number}`)) number++;
  return `${id}-${number}`;
}

const generationOf = (credential: Credential | undefined): number =>
  credential?.kind === "oauth" ? credential.generation : -1;

/**
 * A new login must win over every refresh of the old one that is still on its way in another process. What it does not say of the
 * person stays.
 */
const afterLogin = (credential: Credential, before: Credential): Credential => {
  if (credential.kind !== "oauth" || before.kind !== "oauth") return credential;
  const isSame = before.refreshToken === credential.refreshToken;
  const generation = Math.max(credential.generation, isSame ? before.generation : before.generation + 1);
  const { subject = before.subject, email = before.email } = credential;
  return {
    ...credential,
    ...(email === undefined ? {} : { email }),
    ...(subject === undefined ? {} : { subject }),
    generation,
  };
};

/** The same, where the account was removed and comes back under its old id. */
function afterRemoval(credential: Credential, tombstone: unknown): Credential {
  const before = isObject(tombstone) ? tombstone["generation"] : undefined;
  if (credential.kind !== "oauth" || typeof before !== "number") return credential;
  return { ...credential, generation: Math.max(credential.generation, before + 1) };
}

/** What a new login has found out anew; label, priority, tags and enabled are the user's and stay. */
const DISCOVERED = ["tier", "project", "quotaProject", "location"] as const;

function merged(raw: JsonObject, before: AccountEntry, added: AccountEntry): JsonObject {
  const credential = afterLogin(added.credential, before.credential);
  const discovered = DISCOVERED.flatMap((name) =>
    added.account[name] === undefined ? [] : [[name, added.account[name]]],
  );
  const base = modernise(raw);
  return {
    ...base,
    ...Object.fromEntries(discovered),
    credential: encodeCredential(credential, base["credential"]),
  };
}

function add(document: AccountsDocument, operation: Operation<"add">): Applied {
  const added = withSubject(operation);
  const same = findSame(document, added, operation.isAgain === true);
  if (same !== undefined) {
    const { index, before } = same;
    const raw = document.accounts[index] as JsonObject;
    return replaced(document, index, String(raw["id"]), merged(raw, before, added));
  }
  const id = freeId(document, added.account.id);
  const credential = afterRemoval(
    added.credential,
    document.removed.find((tombstone) => idOf(tombstone) === id),
  );
  const accounts = [...document.accounts, encodeAccount({ ...added.account, id }, credential)];
  const removed = document.removed.filter((tombstone) => idOf(tombstone) !== id);
  return { document: { ...document, accounts, removed }, result: { id, effect: "added" } };
}

function setEnabled(document: AccountsDocument, { id, enabled }: Operation<"set-enabled">): Applied {
  const index = positionOf(document, id);
  if (index < 0) return unchanged(document, id);
  const raw = document.accounts[index] as JsonObject;
  // Absent means enabled.
  return (raw["enabled"] ?? true) === enabled
    ? unchanged(document, id)
    : replaced(document, index, id, { ...raw, enabled });
}

/** Nothing stands there, in one of the ways in which people and programs write that. */
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

function setProject(document: AccountsDocument, operation: Operation<"set-project">): Applied {
  const { id, project, tier, isFill = false } = operation;
  const index = positionOf(document, id);
  if (index < 0) return unchanged(document, id);
  const raw = modernise(document.accounts[index] as JsonObject);
  const found = { ...raw, project, ...(tier === undefined ? {} : { tier }) };
  const isNew = raw["project"] !== project || raw["tier"] !== found.tier;
  const isOpen = !isFill || isEmpty(raw["project"]);
  return isNew && isOpen ? replaced(document, index, id, found) : unchanged(document, id);
}

function replaceCredential(document: AccountsDocument, operation: Operation<"replace-credential">): Applied {
  const { id, credential } = operation;
  const index = positionOf(document, id);
  if (index < 0) return unchanged(document, id);
  const before = entryAt(document, index)?.credential;
  const isOlder = credential.kind === "oauth" && credential.generation <= generationOf(before);
  if (isOlder) return unchanged(document, id);
  const raw = modernise(document.accounts[index] as JsonObject);
  return replaced(document, index, id, { ...raw, credential: encodeCredential(credential, raw["credential"]) });
}

/** Tombstones kept, the newest: they matter while somebody may still hold an old copy of the file. */
const MAX_TOMBSTONES = 100;

/** The tombstones with one more; what another version wrote into an older one of the same id stays. */
function withTombstone(
  removed: readonly unknown[],
  tombstone: { readonly id: string; readonly at: number; readonly generation?: number },
) {
  const before = removed.find((each) => idOf(each) === tombstone.id);
  const others = removed.filter((each) => idOf(each) !== tombstone.id);
  return [...others, { ...(isObject(before) ? before : {}), ...tombstone }].slice(-MAX_TOMBSTONES);
}

function remove(document: AccountsDocument, { id, at }: Operation<"remove">): Applied {
  const index = positionOf(document, id);
  if (index < 0) return unchanged(document, id);
  const generation = generationOf(entryAt(document, index)?.credential);
  const accounts = document.accounts.filter((raw) => idOf(raw) !== id);
  const removed = withTombstone(document.removed, { id, at, ...(generation < 0 ? {} : { generation }) });
  return { document: { ...document, accounts, removed }, result: { id, effect: "removed" } };
}

function changeClients(document: AccountsDocument, operation: ClientOperation): Applied {
  const { rest, result } = applyToClients(document.rest, operation);
  return { document: rest === document.rest ? document : { ...document, rest }, result };
}

/**
 * Applies one named change to what is on disk now. Pure. Accounts it does not name stay byte for byte in meaning,
 * broken and unknown ones too. An account that is not there any more is never brought back except by `add`.
 */
export function applyOperation(document: AccountsDocument, operation: AccountOperation | ClientOperation): Applied {
  switch (operation.type) {
    case "add":
      return add(document, operation);
    case "set-project":
      return setProject(document, operation);
    case "set-enabled":
      return setEnabled(document, operation);
    case "replace-credential":
      return replaceCredential(document, operation);
    case "remove":
      return remove(document, operation);
    case "set-client":
    case "remove-client":
      return changeClients(document, operation);
  }
}

/** Applies changes in order. */
export function applyOperations(
  document: AccountsDocument,
  operations: readonly (AccountOperation | ClientOperation)[],
): { readonly document: AccountsDocument; readonly results: readonly OperationResult[] } {
  const results: OperationResult[] = [];
  let current = document;
  for (const operation of operations) {
    const applied = applyOperation(current, operation);
    current = applied.document;
    results.push(applied.result);
  }
  return { document: current, results };
}
