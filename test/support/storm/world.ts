import type { Database, Files, Locks, OpenDatabase } from "../../../src/ports/files";
import type { Entry } from "./journal";

/** What a witness needs: where to write, and a way to die now and then at a place where it hurts. */
export interface Witness {
  readonly write: (entry: Entry) => void;
  readonly now: () => number;
  readonly perhapsDie: () => void;
}

/** Every write of the accounts file carries the ticket of its operation, so that writes have a known order. */
const TICKET = /"refreshToken":\s*"(ticket-[^"]+)"/;
export const ticketIn = (text: string): string => TICKET.exec(text)?.[1] ?? "";

/** Files that write down who replaces the accounts file and what it was made of. */
export function witnessedFiles(files: Files, path: string, { write, perhapsDie }: Witness): Files {
  let read = "";
  const onDisk = () => (files.stat(path) ? ticketIn(files.read(path)) : "");
  return {
    ...files,
    read: (from) => {
      const text = files.read(from);
      if (from === path) read = ticketIn(text);
      return text;
    },
    writeNew: (to, text, mode) => {
      files.writeNew(to, text, mode);
      perhapsDie();
    },
    rename: (from, to) => {
      if (to !== path) return files.rename(from, to);
      const ticket = ticketIn(files.read(from));
      write({ kind: "renaming", ticket, read, base: onDisk() });
      perhapsDie();
      files.rename(from, to);
      perhapsDie();
      write({ kind: "renamed", ticket });
    },
  };
}

/** Locks that measure how long they were waited for. */
export function timedLocks(locks: Locks): Locks & { lastWaitMs(path: string): number } {
  const waits = new Map<string, number>();
  return {
    lastWaitMs: (path) => waits.get(path) ?? 0,
    hold: (path, work, signal) => {
      const began = performance.now();
      const waited = () => void waits.set(path, performance.now() - began);
      const begin = (intact: () => boolean) => {
        waited();
        return work(intact);
      };
      return locks.hold(path, begin, signal).catch((error) => {
        if (!(error instanceof Error) || /locked by another process for more/.test(error.message)) waited();
        throw error;
      });
    },
  };
}

/** Writes of facts and counters, not of the schema or of housekeeping. */
const WRITES = /^\s*INSERT[^(]*\b(?:fact|usage\w*)\b[\s\S]*\bVALUES\b/i;

/** A database that writes down each commit, and whether facts and counters could be read. */
export function witnessedDatabase(open: OpenDatabase, { write, now, perhapsDie }: Witness) {
  const reads = { facts: 0, usage: 0 };
  const noting = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      write({ kind: "trouble", at: now(), code: String((error as { code?: unknown }).code ?? error) });
      throw error;
    }
  };
  const witnessed = (database: Database): Database => {
    let hasWritten = false;
    return {
      ...database,
      run: (sql, ...values) => {
        database.run(sql, ...values);
        hasWritten ||= WRITES.test(sql);
      },
      all: (sql, ...values) => {
        const rows = noting(() => database.all(sql, ...values));
        if (/FROM fact\b/.test(sql)) reads.facts += 1;
        if (/FROM usage/.test(sql)) reads.usage += 1;
        return rows;
      },
      transaction: (work) => {
        hasWritten = false;
        noting(() =>
          database.transaction(() => {
            work();
            if (hasWritten) perhapsDie();
          }),
        );
        if (!hasWritten) return;
        perhapsDie();
        write({ kind: "committed", at: now() });
      },
    };
  };
  const openDatabase: OpenDatabase = (path) => witnessed(noting(() => open(path)));
  return { openDatabase, reads };
}
