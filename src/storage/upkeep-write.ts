import { basename, dirname, join } from "node:path";
import type { Finding } from "../core/finding";
import type { Files } from "../ports/files";
import type { Chance } from "../ports/world";
import { PRIVATE_FILE } from "./modes";
import { quietly } from "./quietly";
import { temporaryOf } from "./temporary";
import { stampOf } from "./upkeep-look";
import { fileErrorCode } from "./watched-text";

interface Disk {
  readonly files: Files;
  readonly chance: Chance;
}

/** A page: a full disk may still take an empty file. */
const PAGE = " ".repeat(4_096);

/** The directory itself, or the nearest one above it that is there: in that it would be made. */
const nearestThere = (files: Files, directory: string): string =>
  stampOf(files, directory) || dirname(directory) === directory ? directory : nearestThere(files, dirname(directory));

/**
 * Whether the accounts file at `target` can be written, found out as a change would: by a file beside it, which is removed at once.
 * Permissions alone do not tell: the disk may be full or read-only.
 */
export function writeFindings(disk: Disk, target: string): readonly Finding[] {
  const found = writeFault(disk, target);
  return found ? [{ kind: "unwritable", ...found }] : [];
}

/** The same for the state database: where it cannot grow, each process keeps what it learns in memory. */
export function stateFindings(disk: Disk, database: string): readonly Finding[] {
  const found = writeFault(disk, database);
  return found ? [{ kind: "state-unwritable", ...found }] : [];
}

function writeFault({ files, chance }: Disk, target: string): { path: string; code: string } | undefined {
  const path = nearestThere(files, dirname(target));
  const temporary = temporaryOf(join(path, basename(target)), chance);
  try {
    files.writeNew(temporary, PAGE, PRIVATE_FILE);
    return undefined;
  } catch (error) {
    return { path, code: fileErrorCode(error) };
  } finally {
    quietly(() => files.remove(temporary));
  }
}
