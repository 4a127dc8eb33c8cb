import type { Database as Sqlite, Statement } from "bun:sqlite";
import { chmodSync, closeSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Database, OpenDatabase } from "../ports/files";
import { giveToOwner, systemFiles } from "./files";

/**
 * How long a statement may block this process, all its streams included, while another one writes. Writes take well under a
 * millisecond, so this is for dozens of processes at once; whoever finds it busy for longer goes on and writes later.
 */
const BUSY_TIMEOUT_MS = 50;

/** SQLite gives its -wal and -shm files the mode of the database, so this one decides for all three. */
function makePrivate(path: string): void {
  systemFiles.makeDirectory(dirname(path), 0o700);
  closeSync(openSync(path, "a", 0o600));
  giveToOwner(path);
  if ((statSync(path).mode & 0o777) !== 0o600) chmodSync(path, 0o600);
}

/** The module costs milliseconds to load, so it is loaded at the first open and not at the plugin's start. */
function connect(path: string): Sqlite {
  const { Database: Connection } = require("bun:sqlite") as typeof import("bun:sqlite");
  return new Connection(path, { create: true, readwrite: true });
}

function configure(connection: Sqlite): void {
  connection.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  try {
    connection.run("PRAGMA journal_mode = WAL");
  } catch (error) {
    // Another process is switching the same new file right now; the mode is stored in the file and holds for us too.
    if ((error as { code?: unknown }).code !== "SQLITE_BUSY") throw error;
  }
  connection.run("PRAGMA synchronous = NORMAL");
}

function statements(connection: Sqlite) {
  const cache = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = cache.get(sql);
    if (known) return known;
    const fresh = connection.prepare(sql);
    cache.set(sql, fresh);
    return fresh;
  };
  const close = () => {
    for (const statement of cache.values()) statement.finalize();
    connection.close();
  };
  return { prepare, close };
}

function transaction(connection: Sqlite, work: () => void): void {
  connection.run("BEGIN IMMEDIATE");
  try {
    work();
    connection.run("COMMIT");
  } catch (error) {
    if (connection.inTransaction) connection.run("ROLLBACK");
    throw error;
  }
}

/**
 * Opens or creates a database shared by several processes: WAL, mode 0600, directory 0700.
 * Every distinct SQL text is prepared once and kept: callers use a fixed set of them. Errors carry SQLite's `code`.
 */
export const openDatabase: OpenDatabase = (path): Database => {
  makePrivate(path);
  const connection = connect(path);
  const { prepare, close } = statements(connection);
  try {
    configure(connection);
    const version = prepare("PRAGMA data_version");
    return {
      run: (sql, ...values) => void prepare(sql).run(...values),
      all: (sql, ...values) => prepare(sql).all(...values) as ReturnType<Database["all"]>,
      transaction: (work) => transaction(connection, work),
      dataVersion: () => Number((version.get() as { data_version: number }).data_version),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
