import { dirname } from "node:path";
import type { AccountEntry } from "../ports/account-store";
import { type OnDisk, readOnDisk } from "./account-reading";
import { type AccountsDocument, entriesOf, isFault } from "./accounts-document";
import { type AccountsFileWorld, backupOf } from "./accounts-world";
import { type AtomicWrite, replaceFile, unwritable } from "./atomic-write";
import { isLackingIn } from "./lacking";
import { quietly } from "./quietly";
import { type Keeper, keepCopy } from "./set-aside";
import { shortHash } from "./short-hash";
import type { Reading } from "./watched-text";

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

/** The accounts of a backup that `document` lacks. */
export const lackingOf = ({ document: backup }: OnDisk, document: AccountsDocument): readonly AccountEntry[] =>
  isFault(backup) ? [] : entriesOf(backup).entries.filter(isLackingIn(document));

/**
 * Whether the backup holds accounts that the file does not: it is missing, or an older version of it was put back (a checkout, a
 * sync, an editor's stale buffer), or somebody took them out by hand, which looks the same. The next version takes the backup's
 * place, so that is kept first.
 */
export function losesBackup(
  world: AccountsFileWorld,
  path: string,
  reading: Reading,
  document: AccountsDocument,
): boolean {
  const backup = readOnDisk(world, backupOf(path));
  // Of a file that is gone any backup may be all that is left, also one that cannot be read now.
  if (reading.kind === "missing") return backup.reading.kind !== "missing";
  if (backup.reading.kind !== "text") return false;
  if (reading.kind === "text" && reading.text === backup.reading.text) return false;
  return lackingOf(backup, document).length > 0;
}

/**
 * Keeps what was just written once more, in a file of its own: an editor that breaks one does not reach the other.
 * It is the newest version, not the one before: a restore then loses nothing and brings no removed account back, and a
 * removed credential does not live on in it. Never fails: the change itself is safe by now.
 */
export const keepBackup = (write: AtomicWrite): boolean =>
  quietly(() => void replaceFile({ ...write, path: backupOf(write.path) }));
