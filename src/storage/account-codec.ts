import type { Account, BackendName } from "../core/account";
import type { Credential } from "../core/credential";
import { present } from "../core/present";
import { redact } from "../core/redact";
import type { AccountEntry } from "../ports/account-store";
import { decodeCredential, encodeCredential } from "./credential-codec";
import { type Draft, type Fields, mustBe, oneOf, text, texts } from "./fields";
import { isObject, type JsonObject, omit } from "./json";

/** An account of the file, or what is wrong with it in words that name it. */
export type DecodedAccount = { readonly entry: AccountEntry } | { readonly problem: string };

const BACKENDS: readonly BackendName[] = ["gemini-api", "vertex", "code-assist"];

/** The fields of the ancestor's file that our own form says in other words. */
const ANCESTOR_FIELDS = ["refreshToken", "email", "projectId"];

const isAncestor = (raw: JsonObject): boolean => typeof raw["refreshToken"] === "string" && !("credential" in raw);

/** The ancestor knew only Code Assist and kept no OAuth client: such an account needs a new login before it can answer. */
const fromAncestor = (raw: JsonObject): JsonObject => ({
  ...omit(raw, ANCESTOR_FIELDS),
  backend: "code-assist",
  ...present<JsonObject>({ project: raw["projectId"] ?? undefined }),
  credential: present<JsonObject>({
    kind: "oauth",
    refreshToken: raw["refreshToken"],
    email: raw["email"] ?? undefined,
  }),
});

/** The account in the form this version writes; what is already in it is returned as it is. */
export const modernise = (raw: JsonObject): JsonObject => (isAncestor(raw) ? fromAncestor(raw) : raw);

/** The e-mail with one letter of the person: what we make up ourselves shows no more. */
export const maskEmail = (email: string): string => email.replace(/^(.)[^@]*@/, "$1…@");

/** Where the secrets of Google's begin: most labels have none of it, and need no closer look. */
const LIKE_SECRET = /AIza|AQ\.|ya29\.|1\/\/|GOCSPX|PRIVATE KEY/;

/** A key that slipped into a field which is shown everywhere. */
const withoutSecret = (text: string): string => (LIKE_SECRET.test(text) ? redact(text) : text);

/** A label of the user's own is kept as it is, but for a key in it; only what we make up ourselves hides the e-mail. */
function labelOf(fields: Fields, credential: Credential, number: number): string {
  const own = fields.object["label"];
  if (typeof own !== "string") mustBe("a text", fields, "label");
  else if (own !== "") return withoutSecret(own);
  const email = credential.kind === "oauth" ? credential.email : undefined;
  return email ? maskEmail(email) : `account ${number}`;
}

/** Sets a field that names something, unless it is empty. */
function setName(
  account: Draft<Account>,
  fields: Fields,
  name: "tier" | "project" | "quotaProject" | "location",
): void {
  const value = fields.object[name];
  const found = typeof value === "string" ? value.trim() : mustBe("a text", fields, name);
  if (found) account[name] = found;
}

function decodeFields(raw: JsonObject, number: number, faults: string[]): AccountEntry {
  const fields = { object: raw, faults, prefix: "" };
  const { enabled, priority, addedAt, tier, project, quotaProject, location } = raw;
  const credential = decodeCredential(raw["credential"], faults);
  const account: Draft<Account> = {
    id: text(fields, "id"),
    label: labelOf(fields, credential, number),
    backend: oneOf(fields, "backend", BACKENDS),
    credential: credential.kind,
    origin: "file",
    enabled: true,
    priority: 0,
    tags: texts(fields, "tags"),
    addedAt: 0,
  };
  if (typeof enabled === "boolean") account.enabled = enabled;
  else if (enabled !== undefined) mustBe("true or false", fields, "enabled");
  if (typeof priority === "number") account.priority = priority;
  else if (priority !== undefined) mustBe("a number", fields, "priority");
  if (typeof addedAt === "number") account.addedAt = addedAt;
  else if (addedAt !== undefined) mustBe("a number", fields, "addedAt");
  if (tier !== undefined) setName(account, fields, "tier");
  if (project !== undefined) setName(account, fields, "project");
  if (quotaProject !== undefined) setName(account, fields, "quotaProject");
  if (location !== undefined) setName(account, fields, "location");
  if (credential.kind === "oauth" && credential.subject !== undefined) account.subject = credential.subject;
  return { account, credential };
}

/**
 * Reads one account; `number` is its place in the file, from 1. Written by hand because a schema library costs 20 ms
 * at the plugin's start, more than the whole start may take. Reads the ancestor's form too.
 */
export function decodeAccount(raw: unknown, number: number): DecodedAccount {
  if (!isObject(raw)) return { problem: `account ${number} is not an object` };
  const faults: string[] = [];
  const entry = decodeFields(modernise(raw), number, faults);
  if (entry.account.id !== withoutSecret(entry.account.id)) faults.push("its id is a secret; give it another");
  if (faults.length === 0) return { entry };
  const label = typeof raw["label"] === "string" ? ` ("${withoutSecret(maskEmail(raw["label"]))}")` : "";
  return { problem: `account ${number}${label}: ${faults[0]}` };
}

/** Where the account lives and its credential are ours to write; what else `before` has stays. */
export function encodeAccount(account: Account, credential: Credential, before: JsonObject = {}): JsonObject {
  const { origin: _origin, credential: _kind, subject, ...fields } = account;
  const whole =
    credential.kind === "oauth"
      ? { ...present<JsonObject>({ subject }), ...present<JsonObject>({ ...credential }) }
      : credential;
  return {
    ...modernise(before),
    ...present<JsonObject>({ ...fields }),
    credential: encodeCredential(whole as Credential, modernise(before)["credential"]),
  };
}
