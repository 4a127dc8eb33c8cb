import type { DurationMs, EpochMs } from "../core/account";
import type { Database, Files, OpenDatabase } from "../ports/files";
import type { Clock, EventSink } from "../ports/world";
import { prepareSchema, tidy } from "./state-schema";
import { fileErrorCode } from "./watched-text";

/** What a state database needs from the world. Without `events` a failure stays silent. */
export interface StateWorld {
  readonly openDatabase: OpenDatabase;
  readonly path: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly events?: EventSink;
}

/** The way to the database, or none for now. Never throws. */
export interface StateConnection {
  /** Another object than last time means another file: what was read from the old one no longer counts. */
  get(): Database | undefined;
  /** Something the database did failed: decides whether to try again, to begin anew or to go on without. */
  failed(error: unknown): void;
  /** False for a moment after another process held the write lock too long: waiting for it blocks the whole host. */
  mayWrite(): boolean;
  /** For good: `get` answers none afterwards. */
  close(): void;
}

const BUSY_PAUSE_MS: DurationMs = 1_000;
const TROUBLE_PAUSE_MS: DurationMs = 30_000;

const BUSY = new Set(["SQLITE_BUSY", "SQLITE_LOCKED"]);
const BROKEN = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB", "NEWER_SCHEMA"]);

/** SQLite's codes may carry a detail, as in SQLITE_BUSY_SNAPSHOT. */
const codeOf = (error: unknown): string => fileErrorCode(error).replace(/^(SQLITE_[A-Z]+)_.*$/, "$1");

const newerSchema = () => Object.assign(new Error("newer schema"), { code: "NEWER_SCHEMA" });

/** The journals go first: a new database must never meet the old one's. */
const PARTS = ["-wal", "-shm", ""];

function setAside({ files, path }: StateWorld, now: EpochMs): void {
  for (const part of PARTS) {
    if (files.stat(path + part)) files.rename(path + part, `${path}.corrupt-${now}${part}`);
  }
}

/** Knowing what others learnt must not wait for housekeeping. */
function tidyUnlessBusy(database: Database, now: EpochMs): void {
  try {
    tidy(database, now);
  } catch (error) {
    if (!BUSY.has(codeOf(error))) throw error;
  }
}

function openReady({ openDatabase, path, clock }: StateWorld): Database {
  const database = openDatabase(path);
  try {
    if (!prepareSchema(database)) throw newerSchema();
    tidyUnlessBusy(database, clock.now());
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const closeQuietly = (database: Database): void => {
  try {
    database.close();
  } catch {
    // Nothing more is wanted from it, and what it did not write is still in memory.
  }
};

/**
 * Opens at first use, opens again when the file was deleted or replaced, and sets a broken or newer database aside,
 * at most once: two versions of this plugin at work must not take turns at it. Anything else pauses for 30 s.
 */
export function createStateConnection(world: StateWorld): StateConnection {
  const { path, files, clock, events } = world;
  let open: { readonly database: Database; readonly inode: number | undefined } | undefined;
  let retryAt: EpochMs = 0;
  let writeAt: EpochMs = 0;
  let hasSetAside = false;
  let hasTold = false;

  const inodeNow = (): number | undefined => {
    try {
      return files.stat(path)?.inode;
    } catch {
      // Not to be looked at counts as gone; opening it will say why.
      return undefined;
    }
  };

  const drop = () => {
    if (open) closeQuietly(open.database);
    open = undefined;
  };

  const degrade = (error: unknown) => {
    drop();
    retryAt = clock.now() + TROUBLE_PAUSE_MS;
    if (hasTold) return;
    hasTold = true;
    const sentence = `${path} cannot be used (${codeOf(error)}). The pool goes on from memory; what it learns meanwhile is lost when this process ends.`;
    events?.emit({ type: "storage.degraded", at: clock.now(), sentence });
  };

  const beginAnew = (error: unknown) => {
    const isReplaced = open !== undefined && open.inode !== inodeNow();
    drop();
    if (isReplaced) return;
    if (hasSetAside) return degrade(error);
    hasSetAside = true;
    try {
      setAside(world, clock.now());
    } catch (failure) {
      degrade(failure);
    }
  };

  const postpone = () => {
    writeAt = clock.now() + BUSY_PAUSE_MS;
    if (!open) retryAt = writeAt;
  };

  const failed = (error: unknown) => {
    const code = codeOf(error);
    if (BUSY.has(code)) postpone();
    else if (BROKEN.has(code)) beginAnew(error);
    else degrade(error);
  };

  const tryOpen = () => {
    try {
      open = { database: openReady(world), inode: inodeNow() };
    } catch (error) {
      failed(error);
    }
  };

  const get = (): Database | undefined => {
    if (open && open.inode === inodeNow()) return open.database;
    drop();
    // The second try is for the fresh file after a broken one was set aside.
    for (let tries = 0; tries < 2 && !open && clock.now() >= retryAt; tries += 1) tryOpen();
    return open?.database;
  };

  const close = () => {
    drop();
    retryAt = Number.POSITIVE_INFINITY;
  };

  return { get, failed, mayWrite: () => clock.now() >= writeAt, close };
}
