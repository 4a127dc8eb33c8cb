import type { AccountEntry } from "../ports/account-store";
import { notAmongRead } from "./unread";

/**
 * The account that a word means, or why there is none, in a sentence that does not repeat the word: it may be a key.
 * `isUnsure`: it may be in what could not be read.
 */
export type FoundAccount =
  | { readonly kind: "found"; readonly entry: AccountEntry }
  | { readonly kind: "none"; readonly sentence: string; readonly isUnsure?: true };

const NONE = "There is no account of that id or name. See: gemini-pool status --json";

/** Finds an account by its id, its name, or its name in other letters. `problem`: why there may be more than `entries`. */
export function findAccount(entries: readonly AccountEntry[], word: string, problem?: string): FoundAccount {
  const wanted = word.trim();
  const byId = entries.find(({ account }) => account.id === wanted);
  if (byId !== undefined) return { kind: "found", entry: byId };
  const exact = entries.filter(({ account }) => account.label === wanted);
  const similar = entries.filter(({ account }) => account.label.toLowerCase() === wanted.toLowerCase());
  const [only, ...others] = exact.length > 0 ? exact : similar;
  if (only === undefined) return notFound(problem);
  if (others.length === 0) return { kind: "found", entry: only };
  const ids = [only, ...others].map(({ account }) => account.id).join(", ");
  return { kind: "none", sentence: `Several accounts are called so; give the id of one: ${ids}` };
}

const notFound = (problem: string | undefined): FoundAccount =>
  problem === undefined
    ? { kind: "none", sentence: NONE }
    : { kind: "none", sentence: notAmongRead("account of that id or name", problem), isUnsure: true };
