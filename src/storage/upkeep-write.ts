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
 * Whether the accounts file, or the state database (`state-unwritable`: then each process keeps what it learns in memory), can be
 * written at `target`, found out as a change would: by a file beside it, which is removed at once. Permissions alone do not tell: the
 * disk may be full or read-only.
 */
export function writeFindings(
  { files, chance }: Disk,
  target: string,
  kind: "unwritable" | "state-unwritable",
): readonly Finding[] {
  const path = nearestThere(files, dirname(target));
  const temporary = temporaryOf(join(path, basename(target)), chance);
  try {
    files.writeNew(temporary, PAGE, PRIVATE_FILE);
    return [];
  } catch (error) {
    return [{ kind, path, code: fileErrorCode(error) }];
  } finally {
    quietly(() => files.remove(temporary));
  }
}
