import { basename, dirname } from "node:path";
import type { Files } from "../ports/files";
import type { Clock } from "../ports/world";
import { quietly } from "./quietly";

/** A database with its journals. These go first: a new database must never meet the old one's. */
const PARTS = ["-wal", "-shm", ""];

/** So many that were set aside are kept, the newest: each is as large as the database was. */
const KEPT = 3;

interface Place {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
}

/** Gives the database a name of the moment; returns that path, undefined where there is none. Throws what the disk says. */
export function setDatabaseAside({ files, clock, path }: Place): string | undefined {
  const isThere = files.stat(path) !== undefined;
  const stamp = String(clock.now());
  const prefix = `${path}.corrupt-`;
  for (const part of PARTS) {
    if (files.stat(path + part)) files.rename(path + part, prefix + stamp + part);
  }
  quietly(() => removeOlder(files, prefix, stamp));
  return isThere ? prefix + stamp : undefined;
}

/** `own` stays whatever the clock said when the others were made; a name that is not one of ours is somebody's. */
function removeOlder(files: Files, prefix: string, own: string): void {
  const begin = basename(prefix);
  const names = files.list(dirname(prefix)).filter((name) => name.startsWith(begin));
  const stamps = new Set(names.flatMap((name) => /^(\d+)(?:-wal|-shm)?$/.exec(name.slice(begin.length))?.[1] ?? []));
  stamps.delete(own);
  const newest = [...stamps].sort((one, other) => Number(other) - Number(one));
  for (const stamp of newest.slice(KEPT - 1)) {
    for (const part of PARTS) quietly(() => files.remove(prefix + stamp + part));
  }
}
