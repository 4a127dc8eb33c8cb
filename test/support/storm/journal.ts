import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StateChange } from "../../../src/core/state";
import type { AccountOperation } from "../../../src/ports/account-store";
import type { Sights } from "./sight";

/** What a process of a storm wrote down of its own doing, before and after; it may be killed between any two. */
export type Entry =
  /** A new process takes over and says what the database tells it of the accounts that only it writes. */
  | { readonly kind: "started"; readonly at: number; readonly sees: Sights }
  | { readonly kind: "update"; readonly ticket: string; readonly operation: AccountOperation }
  /** Under the lock, just before the file is replaced: the ticket read, the one on disk at this moment and ours. */
  | { readonly kind: "renaming"; readonly ticket: string; readonly read: string; readonly base: string }
  | { readonly kind: "renamed"; readonly ticket: string }
  | { readonly kind: "updated"; readonly ticket: string; readonly effect: string; readonly waitedMs: number }
  | { readonly kind: "refused"; readonly ticket: string; readonly code: string; readonly waitedMs: number }
  | { readonly kind: "apply"; readonly at: number; readonly changes: readonly StateChange[]; readonly urgent: boolean }
  | { readonly kind: "applied" }
  /** A transaction that wrote facts or counters is on disk. */
  | { readonly kind: "committed"; readonly at: number }
  /** So long after `since` that everything of then must be on disk, as long as the process got any time at all. */
  | { readonly kind: "overdue"; readonly since: number }
  /** The database refused something. */
  | { readonly kind: "trouble"; readonly at: number; readonly code: string }
  | { readonly kind: "ended" }
  /** Written by the parent once the process is gone. */
  | { readonly kind: "killed"; readonly at: number };

/** A slot's journal: its processes follow one another, so it has one writer at a time. */
export const journalPath = (directory: string, slot: number): string => join(directory, `journal-${slot}.jsonl`);

/** Once this is there, processes may die. */
export const wildPath = (directory: string): string => join(directory, "wild");

/** Appends at once: what is written is there even if the process dies in the next instruction. */
export const write = (path: string, entry: Entry): void => appendFileSync(path, `${JSON.stringify(entry)}\n`);

/** All entries, oldest first. */
export const readJournal = (path: string): readonly Entry[] =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Entry)
    : [];
