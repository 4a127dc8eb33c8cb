import { basename, dirname, join } from "node:path";
import { PoolError } from "../core/errors";
import type { Files } from "../ports/files";
import type { Chance } from "../ports/world";
import { fileErrorCode } from "./watched-text";

interface AtomicWrite {
  readonly files: Files;
  readonly chance: Chance;
  readonly path: string;
  readonly text: string;
  /** False once the lock was lost. */
  readonly intact: () => boolean;
}

const PRIVATE_FILE = 0o600;

/** What a process left behind that was killed between writing and renaming. Call under the lock only. */
function removeLeftovers(files: Files, path: string): void {
  const prefix = `${basename(path)}.`;
  const leftovers = files.list(dirname(path)).filter((name) => name.startsWith(prefix) && name.endsWith(".tmp"));
  for (const name of leftovers) files.remove(join(dirname(path), name));
}

/** Says which file cannot be written, why, and what helps. */
export const unwritable = (path: string, error: unknown): PoolError =>
  new PoolError(
    "store/unwritable",
    `${path} cannot be written (${fileErrorCode(error)}). Check its permissions and the free space; nothing was changed.`,
    { cause: error },
  );

const lockLost = (path: string) =>
  new PoolError("store/locked", `Another process took the lock of ${path} meanwhile. Nothing was changed; try again.`);

/**
 * All or nothing, also through a power cut: a private file beside the target, fsync, rename, fsync of the directory.
 * Throws PoolError and leaves the target as it was. Must be called under the lock of `path`.
 */
export function writeAtomically({ files, chance, path, text, intact }: AtomicWrite): void {
  const temporary = `${path}.${chance.id()}.tmp`;
  try {
    removeLeftovers(files, path);
    files.writeNew(temporary, text, PRIVATE_FILE);
    if (!intact()) throw lockLost(path);
    files.rename(temporary, path);
    files.syncDirectory(dirname(path));
  } catch (error) {
    discard(files, temporary);
    throw error instanceof PoolError ? error : unwritable(path, error);
  }
}

function discard(files: Files, temporary: string): void {
  try {
    files.remove(temporary);
  } catch {
    // The disk that refused the write may refuse this too; the next write removes leftovers.
  }
}
