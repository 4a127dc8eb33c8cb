import { basename, dirname, join } from "node:path";
import { PoolError } from "../core/errors";
import type { FileStamp, Files } from "../ports/files";
import type { Chance } from "../ports/world";
import { PRIVATE_FILE } from "./modes";
import { quietly } from "./quietly";
import { isTemporary, temporaryOf } from "./temporary";
import { fileErrorCode } from "./watched-text";

/** One write under a lock. `path` is the file itself, no link to it. */
export interface AtomicWrite {
  readonly files: Files;
  readonly chance: Chance;
  readonly path: string;
  readonly text: string;
  /** False once the lock was lost. */
  readonly intact: () => boolean;
}

/** Says which file cannot be written, why, and what helps. */
export function unwritable(path: string, error: unknown): PoolError {
  const code = fileErrorCode(error);
  const step =
    code === "EBUSY"
      ? "It may be mounted by itself, as containers do: mount its directory in its place"
      : "Check its permissions and the free space";
  return new PoolError("store/unwritable", `${path} cannot be written (${code}). ${step}; nothing was changed.`, {
    cause: error,
  });
}

const unconfirmed = (path: string, error: unknown): PoolError =>
  new PoolError(
    "store/unwritable",
    `${path} was changed, but the disk did not confirm it (${fileErrorCode(error)}): a power cut may undo it. Check the disk.`,
    { cause: error },
  );

/** Temporary files beside `path`: a process left them behind that was killed between writing and renaming. */
export function leftoversOf(files: Files, path: string): readonly string[] {
  const [directory, prefix] = [dirname(path), `${basename(path)}.`];
  return files
    .list(directory)
    .filter((name) => name.startsWith(prefix) && isTemporary(name))
    .map((name) => join(directory, name));
}

const stampOf = (files: Files, path: string): FileStamp | undefined => {
  try {
    return files.stat(path);
  } catch {
    return undefined;
  }
};

/** Removes the temporary files beside `path`. Call under its lock only: without it they may be in use. */
export function removeLeftovers(files: Files, path: string): void {
  quietly(() => {
    for (const leftover of leftoversOf(files, path)) quietly(() => files.remove(leftover));
  });
}

/**
 * A private file beside `path`, fsync, rename. False where the lock was lost, or the temporary file was taken away by
 * somebody who holds it now: then nothing was changed. Throws what the disk says.
 */
export function replaceFile({ files, chance, path, text, intact }: AtomicWrite): boolean {
  const temporary = temporaryOf(path, chance);
  let isDone = false;
  try {
    files.writeNew(temporary, text, PRIVATE_FILE);
    if (intact()) {
      files.rename(temporary, path);
      isDone = true;
    }
    return isDone;
  } catch (error) {
    const wasTaken = fileErrorCode(error) === "ENOENT" && stampOf(files, dirname(path)) !== undefined;
    if (wasTaken) return false;
    throw error;
  } finally {
    // The disk that refused the write may refuse this too; the next write removes leftovers.
    if (!isDone) quietly(() => files.remove(temporary));
  }
}

/**
 * All or nothing, also through a power cut: a private file beside the target, fsync, rename, fsync of the directory.
 * False where the lock was lost before the rename: then nothing was changed, and whoever holds it now may have written.
 * Throws PoolError that says whether the file was changed. Must be called under the lock of `path`.
 */
export function writeAtomically(write: AtomicWrite): boolean {
  const { files, path, intact } = write;
  if (!intact()) return false;
  // A rename would put a file in the place of a device, such as /dev/null at the end of a link.
  if (/^\/dev\/(?!shm\/)/.test(path)) throw unwritable(path, { code: "a device" });
  removeLeftovers(files, path);
  try {
    if (!replaceFile(write)) return false;
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    files.syncDirectory(dirname(path));
  } catch (error) {
    throw unconfirmed(path, error);
  }
  return true;
}
