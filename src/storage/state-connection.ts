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

const BUSY_PAUSE_MS: DurationMs = 1_000;
const TROUBLE_PAUSE_MS: DurationMs = 30_000;

const BUSY = new Set(["SQLITE_BUSY", "SQLITE_LOCKED"]);
const BROKEN = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB", "NEWER_SCHEMA"]);

/** SQLite's codes may carry a detail, as in SQLITE_BUSY_SNAPSHOT. */
const codeOf = (error: unknown): string => fileErrorCode(error).replace(/^(SQLITE_[A-Z]+)_.*$/, "$1");

const newerSchema = () => Object.assign(new Error("newer schema"), { code: "NEWER_SCHEMA" });

/** The journals go first: a new database must never meet the old one's. */
const PARTS = ["-wal", "-shm", ""];

function setAside({ files, path, clock }: StateWorld): void {
  const now = clock.now();
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

const inodeOf = ({ files, path }: StateWorld): number | undefined => {
  try {
    return files.stat(path)?.inode;
  } catch {
    // Not to be looked at counts as gone; opening it will say why.
    return undefined;
  }
};

const closeQuietly = (database: Database): void => {
  try {
    database.close();
  } catch {
    // Nothing more is wanted from it, and what it did not write is still in memory.
  }
};

/**
 * The way to the database, or none for now; never throws. Opens at first use, opens again when the file was deleted or
 * replaced, and sets a broken or newer database aside, at most once: two versions of this plugin at work must not take
 * turns at it. Anything else pauses for 30 s.
 */
export class StateConnection {
  readonly #world: StateWorld;
  #open: { readonly database: Database; readonly inode: number | undefined } | undefined;
  #retryAt: EpochMs = 0;
  #writeAt: EpochMs = 0;
  #hasSetAside = false;
  #hasTold = false;

  constructor(world: StateWorld) {
    this.#world = world;
  }

  /** Another object than last time means another file: what was read from the old one no longer counts. */
  get(): Database | undefined {
    if (this.#open && this.#open.inode === inodeOf(this.#world)) return this.#open.database;
    this.#drop();
    // The second try is for the fresh file after a broken one was set aside.
    for (let tries = 0; tries < 2 && !this.#open && this.#mayOpen(); tries += 1) this.#tryOpen();
    return this.#open?.database;
  }

  /** Something the database did failed: decides whether to try again, to begin anew or to go on without. */
  failed(error: unknown): void {
    const code = codeOf(error);
    if (BUSY.has(code)) this.#writeAt = this.#now() + BUSY_PAUSE_MS;
    else if (BROKEN.has(code)) this.#beginAnew(error);
    else this.#degrade(error);
  }

  /** False for a moment after another process held the write lock too long: waiting for it blocks the whole host. */
  mayWrite(): boolean {
    return this.#now() >= this.#writeAt;
  }

  /** The next write is tried although the last one found the database busy. */
  insist(): void {
    this.#writeAt = 0;
  }

  /** For good: `get` answers none afterwards. */
  close(): void {
    this.#drop();
    this.#retryAt = Number.POSITIVE_INFINITY;
  }

  #now(): EpochMs {
    return this.#world.clock.now();
  }

  #mayOpen(): boolean {
    return this.#now() >= this.#retryAt && this.mayWrite();
  }

  #tryOpen(): void {
    try {
      this.#open = { database: openReady(this.#world), inode: inodeOf(this.#world) };
    } catch (error) {
      this.failed(error);
    }
  }

  #drop(): void {
    if (this.#open) closeQuietly(this.#open.database);
    this.#open = undefined;
  }

  #beginAnew(error: unknown): void {
    // Another process was faster: its new file only needs to be opened.
    const isReplaced = this.#open !== undefined && this.#open.inode !== inodeOf(this.#world);
    this.#drop();
    if (isReplaced) return;
    if (this.#hasSetAside) this.#degrade(error);
    else this.#setAsideOnce();
  }

  #setAsideOnce(): void {
    this.#hasSetAside = true;
    try {
      setAside(this.#world);
    } catch (error) {
      this.#degrade(error);
    }
  }

  #degrade(error: unknown): void {
    this.#drop();
    this.#retryAt = this.#now() + TROUBLE_PAUSE_MS;
    if (this.#hasTold) return;
    this.#hasTold = true;
    const { path, events } = this.#world;
    const sentence = `${path} cannot be used (${codeOf(error)}). The pool goes on from memory; what it learns meanwhile is lost when this process ends.`;
    events?.emit({ type: "storage.degraded", at: this.#now(), sentence });
  }
}
