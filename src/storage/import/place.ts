import type { Account } from "../../core/account";
import type { Credential, OAuthClient, OAuthCredential } from "../../core/credential";
import type { AccountEntry } from "../../ports/account-store";
import type { ForeignAccount, ForeignFault } from "../../ports/import";
import { isObject } from "../json";

/** What the accounts of one file are read into. */
export interface Harvest {
  readonly accounts: ForeignAccount[];
  readonly faults: ForeignFault[];
}

/** Stands for an id where the source has none; no account keeps it. */
export const NO_ID = "?";

type Traits = Pick<Account, "label" | "backend"> & Partial<Account>;

/** An account of the form that import works with; the id is a new one where the source has none. */
export function importedEntry(traits: Traits, credential: Credential): AccountEntry {
  const base = { id: NO_ID, enabled: true, priority: 0, tags: [], addedAt: 0, origin: "file" } as const;
  return { account: { ...base, ...traits, credential: credential.kind }, credential };
}

/** A login that says nothing of its client belongs to the one the person named. */
export const withClient = (entry: AccountEntry, client: OAuthClient | undefined): AccountEntry =>
  client && entry.credential.kind === "oauth" && entry.credential.client === undefined
    ? { ...entry, credential: { ...entry.credential, client } }
    : entry;

/** A text with something in it; undefined for anything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

/** A login as far as it is known. */
export const loginOf = (refreshToken: string, more: Partial<Record<"email", string | undefined>>): OAuthCredential => ({
  kind: "oauth",
  refreshToken,
  generation: 0,
  ...(more.email === undefined ? {} : { email: more.email }),
});

/** What an export says where it left the secret of an account out. */
export const isWithoutSecrets = (raw: unknown): boolean => isObject(raw) && raw["secretsLeftOut"] === true;

export const NO_SECRETS = "it was exported without its secret; export it again with --secrets";

/** The codec's sentence without the place and label it begins with: an import says those in its own way. */
export const faultOf = (problem: string): string => problem.replace(/^account \d+(?: \(".*"\))?:? /s, "");
