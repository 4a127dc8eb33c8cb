import type { PoolErrorCode } from "../core/errors";
import { inexactNumberLine } from "../core/inexact-number";
import { jsonTwins, lineOf } from "../core/json-twins";
import type { AccountEntry } from "../ports/account-store";
import { decodeAccount } from "./account-codec";
import { isObject, type JsonObject } from "./json";
import { jsonFault } from "./json-fault";

/** The form of the file this version writes; it is a contract that other tools read. */
const VERSION = 1;

/** The accounts file as it stands, unknown fields, broken accounts and all. */
export interface AccountsDocument {
  /** Top-level fields that are not ours. */
  readonly rest: JsonObject;
  readonly accounts: readonly unknown[];
  /** Tombstones: `{ id, at }`. */
  readonly removed: readonly unknown[];
}

/** Why a file cannot be used. Both texts complete "<path> …" and hold nothing of the file's content. */
export interface DocumentFault {
  readonly code: PoolErrorCode;
  /** The fault alone. */
  readonly what: string;
  /** The fault and the next step. */
  readonly sentence: string;
}

export const EMPTY_DOCUMENT: AccountsDocument = { rest: {}, accounts: [], removed: [] };

const corrupt = (what: string): DocumentFault => ({
  code: "store/corrupt",
  what,
  sentence: `${what}. Correct it, or run: gemini-pool doctor --fix. It is not written to until then.`,
});

const NEWER: DocumentFault = {
  code: "store/newer",
  what: "was written by a newer version of this plugin",
  sentence: "was written by a newer version of this plugin. Update the plugin; the file is left as it is.",
};

/** A file of the ancestor carries no version. */
function versionFault(version: unknown): DocumentFault | undefined {
  if (version === undefined || version === VERSION) return undefined;
  return typeof version === "number" && version > VERSION ? NEWER : corrupt('has a "version" that is not known');
}

/** UTF-16, as PowerShell writes: its byte order mark, or every other byte empty. */
const UTF_16 = /^\uFFFD\uFFFD|\0/;

function syntaxFault(text: string): string {
  if (text.trim() === "") return "is empty";
  return UTF_16.test(text) ? "is UTF-16, not UTF-8" : `is not valid JSON (${jsonFault(text) ?? "too deep"})`;
}

function parseJson(text: string): { readonly value: unknown } | { readonly fault: DocumentFault } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: corrupt(syntaxFault(text)) };
  }
}

/** A text that can be read, but not written again without losing something of it. */
export interface LossFault extends DocumentFault {
  /** What a person can do about it, e.g. "Keep one of the two". */
  readonly remedy: string;
}

const loss = (what: string, remedy: string): LossFault => ({
  code: "store/corrupt",
  what,
  remedy,
  sentence: `${what}. ${remedy}. It is not written to until then.`,
});

/** What reading puts in the place of bytes that are not UTF-8: a label in Latin-1 would be written back without its letters. */
export const REPLACED = "\uFFFD";

/** What a reader would never see of a text that it can read: letters of another encoding, numbers too large, a name that stands twice. */
export function lossFault(text: string): LossFault | undefined {
  const at = text.indexOf(REPLACED);
  if (at >= 0) return loss(`is not UTF-8 in line ${lineOf(text, at)}`, "Correct it and save it as UTF-8");
  const line = inexactNumberLine(text);
  if (line !== undefined) return loss(`has a number in line ${line} that is too large to be kept`, "Put it in quotes");
  const twins = jsonTwins(text);
  return twins === undefined
    ? undefined
    : loss(`has ${twins}; what stands under the first is not seen`, "Keep one of the two");
}

function documentOf(value: unknown): AccountsDocument | DocumentFault {
  if (!isObject(value)) return corrupt("must hold one JSON object");
  const { version, accounts = [], removed = [], ...rest } = value;
  const fault = versionFault(version);
  if (fault) return fault;
  if (!Array.isArray(accounts)) return corrupt('has "accounts" that are not a list');
  if (!Array.isArray(removed)) return corrupt('has "removed" that is not a list');
  return { rest, accounts, removed };
}

/** True for what `parseDocument` could not read. */
export const isFault = (parsed: AccountsDocument | DocumentFault): parsed is DocumentFault => "code" in parsed;

/** Reads the text of an accounts file; a byte order mark, as some editors leave, does no harm. */
export function parseDocument(text: string): AccountsDocument | DocumentFault {
  const parsed = parseJson(text.replace(/^\uFEFF/, ""));
  return "fault" in parsed ? parsed.fault : documentOf(parsed.value);
}

/** The text to write: indented, because people read and correct this file. */
export const formatDocument = ({ rest, accounts, removed }: AccountsDocument): string =>
  `${JSON.stringify({ version: VERSION, ...rest, accounts, removed }, null, 2)}\n`;

/** The accounts that can be used, and what is wrong with the others: one bad account never takes the rest with it. */
export function entriesOf(document: AccountsDocument): {
  readonly entries: readonly AccountEntry[];
  readonly problems: readonly string[];
} {
  const byId = new Map<string, AccountEntry>();
  const problems: string[] = [];
  document.accounts.forEach((raw, index) => {
    const decoded = decodeAccount(raw, index + 1);
    if ("problem" in decoded) problems.push(decoded.problem);
    else if (byId.has(decoded.entry.account.id)) problems.push(`account ${index + 1}: its id is used twice`);
    else byId.set(decoded.entry.account.id, decoded.entry);
  });
  return { entries: [...byId.values()], problems };
}
