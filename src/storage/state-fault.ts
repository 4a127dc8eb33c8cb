import { fileErrorCode } from "./watched-text";

/** What a database is that this version can do nothing with. */
const BROKEN_WORDS: Readonly<Record<string, string>> = {
  NEWER_SCHEMA: "was written by a newer version of this plugin",
  FOREIGN_SCHEMA: "is not a database of this plugin",
  SQLITE_NOTADB: "is not a database",
  SQLITE_CORRUPT: "is damaged",
};

const BUSY = new Set(["SQLITE_BUSY", "SQLITE_LOCKED"]);

/** The code of a failure. SQLite's may carry a detail, as in SQLITE_BUSY_SNAPSHOT: it is cut off. */
export const faultCode = (error: unknown): string => fileErrorCode(error).replace(/^(SQLITE_[A-Z]+)_.*$/, "$1");

/** Somebody else is at it: the same may go well in a moment. */
export const isBusy = (code: string): boolean => BUSY.has(code);

/** Trying again does not help: the file is not one that this version can use. */
export const isBroken = (code: string): boolean => Object.hasOwn(BROKEN_WORDS, code);

/** What is wrong with a file, as the rest of a sentence that begins with its path. */
export const faultWords = (code: string): string => BROKEN_WORDS[code] ?? `cannot be used (${code})`;

/** The failure to throw for a file with such a code. */
export const unfit = (code: "NEWER_SCHEMA" | "FOREIGN_SCHEMA"): Error => Object.assign(new Error(code), { code });
