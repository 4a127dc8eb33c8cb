import type { AccountsDocument } from "./accounts-document";
import { isObject } from "./json";

/** What a broken accounts file still tells of the accounts in its backup. */
export interface BrokenText {
  /**
   * True where its end is there and it is an accounts file: then an account that it does not name was taken out by hand.
   * False for one that was cut short, is empty or holds something else.
   */
  readonly isWhole: boolean;
  names(id: string): boolean;
  /** True where it says `"enabled": false` of this account. */
  disables(id: string): boolean;
  /** Accounts that it says were removed. */
  readonly removed: ReadonlySet<string>;
}

/** A tombstone as this plugin writes it: an account has no `at`. */
const TOMBSTONE = /\{\s*"id"\s*:\s*"([^"\\]{1,100})"\s*,\s*"at"\s*:/g;

const ID = /"id"\s*:\s*("(?:[^"\\\n]|\\.)*")?/g;
const OFF = /"enabled"\s*:\s*false\b/;
const STRING_OR_BRACKET = /"(?:[^"\\\n]|\\.)*"|[[\]{}]/g;

/** How many brackets lack their end, roughly: what is wrong with the text may be one of them. */
function unclosedCount(text: string): number {
  const brackets = [...text.matchAll(STRING_OR_BRACKET)].map(([token]) => token).filter((token) => token.length === 1);
  return brackets.reduce((depth, bracket) => depth + ("[{".includes(bracket) ? 1 : -1), 0);
}

/** Behind an account that closes as the text was cut off, both the list and the file are still open. */
const isWhole = (text: string): boolean =>
  /\}[\s,;]*$/.test(text) && text.includes('"accounts"') && unclosedCount(text) <= 1;

/** What stands between the id of each account and the next id. */
function partsById(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(ID)];
  const parts = new Map<string, string>();
  for (const [index, match] of found.entries()) {
    const [, id] = match;
    // The first one: further down there may be a tombstone.
    if (id !== undefined && !parts.has(id)) parts.set(id, text.slice(match.index, found[index + 1]?.index));
  }
  return parts;
}

/** Looks for what can be told without reading it as JSON. */
export function readBroken(text: string): BrokenText {
  const parts = partsById(text);
  return {
    isWhole: isWhole(text),
    names: (id) => text.includes(JSON.stringify(id)),
    disables: (id) => OFF.test(parts.get(JSON.stringify(id)) ?? ""),
    removed: new Set([...text.matchAll(TOMBSTONE)].map(([, id]) => id ?? "")),
  };
}

/** An account of the backup whose id is no text: nothing can be said of it, and it is kept as it is. */
const idOf = (raw: unknown): string | undefined =>
  isObject(raw) && typeof raw["id"] === "string" ? raw["id"] : undefined;

/** The backup as the broken text leaves it. */
export interface Kept {
  readonly document: AccountsDocument;
  /** How many the text says were removed. */
  readonly removedCount: number;
  /** What was taken out by hand. */
  readonly absent: readonly unknown[];
}

const switchedOff = (raw: unknown, broken: BrokenText): unknown => {
  const id = idOf(raw);
  return isObject(raw) && id !== undefined && broken.disables(id) ? { ...raw, enabled: false } : raw;
};

/** Leaves out of the backup whom the text says were removed or, where it is whole, does not name; disables whom it disables. */
export function keptOf(backup: AccountsDocument, broken: BrokenText): Kept {
  const isRemoved = (raw: unknown) => broken.removed.has(idOf(raw) ?? "");
  const isAbsent = (raw: unknown) => {
    const id = idOf(raw);
    return broken.isWhole && id !== undefined && !broken.names(id);
  };
  const alive = backup.accounts.filter((raw) => !isRemoved(raw));
  const accounts = alive.filter((raw) => !isAbsent(raw)).map((raw) => switchedOff(raw, broken));
  return {
    document: { ...backup, accounts },
    removedCount: backup.accounts.length - alive.length,
    absent: alive.filter(isAbsent),
  };
}
