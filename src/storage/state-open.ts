import type { EpochMs } from "../core/account";
import type { Database, Files, OpenDatabase } from "../ports/files";
import type { Clock, EventSink } from "../ports/world";
import { faultCode, isBusy, unfit } from "./state-fault";
import { prepareSchema } from "./state-schema";
import { tidy } from "./state-tidy";

/**
 * What a state database needs from the world. Without `events` a failure is told by `problem()` alone. `keepsNewer`: for
 * who is gone in a moment; a database of a newer version then stays where it is, and the work is done from memory.
 */
export interface StateWorld {
  readonly openDatabase: OpenDatabase;
  readonly path: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly events?: EventSink;
  readonly keepsNewer?: boolean;
}

/** A connection and the files it is a connection to. */
export interface Opened {
  readonly database: Database;
  readonly inode: number | undefined;
  readonly journal: number | undefined;
}

/** Opens the database, brought to this version and tidied; throws where it cannot be used, also for what is in it. */
export function openState(world: StateWorld): Opened {
  const database = openReady(world);
  return { database, inode: inodeOf(world, world.path), journal: inodeOf(world, `${world.path}-wal`) };
}

function openReady({ openDatabase, path, clock }: StateWorld): Database {
  const database = openDatabase(path);
  try {
    const schema = prepareSchema(database);
    if (schema !== "ready") throw unfit(schema === "newer" ? "NEWER_SCHEMA" : "FOREIGN_SCHEMA");
    tidyUnlessBusy(database, clock.now());
    return database;
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/** Drops what is old, at most once an hour. Knowing what others learnt must not wait for housekeeping. */
export function tidyUnlessBusy(database: Database, now: EpochMs): void {
  try {
    tidy(database, now);
  } catch (error) {
    if (!isBusy(faultCode(error))) throw error;
  }
}

/** What tells a file from another in its place. Not to be looked at counts as gone; opening it will say why. */
export function inodeOf({ files }: StateWorld, path: string): number | undefined {
  try {
    return files.stat(path)?.inode;
  } catch {
    return undefined;
  }
}

/** Nothing more is wanted from it, and what it did not write is still in memory. */
export function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // There is nobody to whom it would matter.
  }
}
