import { dirname } from "node:path";
import { backupOf } from "./accounts-world";
import { type AtomicWrite, replaceFile, unwritable } from "./atomic-write";
import { quietly } from "./quietly";
import { type Keeper, keepCopy } from "./set-aside";
import { shortHash } from "./short-hash";

/**
 * Somebody deleted the file and not its backup: what is in it may be all that is left of some accounts. It is copied
 * before the next version takes its place. The same where a restore leaves accounts of it out. Returns the path of the
 * copy; undefined where there is no backup. Throws PoolError.
 */
export function spareBackup(keeper: Keeper, path: string): string | undefined {
  const backup = backupOf(path);
  try {
    if (!keeper.files.stat(backup)) return undefined;
    const copy = `${backup}-${shortHash(keeper.files.read(backup))}`;
    keepCopy(keeper, backup, copy);
    keeper.files.syncDirectory(dirname(path));
    return copy;
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Keeps what was just written once more, in a file of its own: an editor that breaks one does not reach the other.
 * It is the newest version, not the one before: a restore then loses nothing and brings no removed account back, and a
 * removed credential does not live on in it. Never fails: the change itself is safe by now.
 */
export const keepBackup = (write: AtomicWrite): boolean =>
  quietly(() => void replaceFile({ ...write, path: backupOf(write.path) }));
