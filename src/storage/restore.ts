import { dirname } from "node:path";
import { PoolError } from "../core/errors";
import type { Restored } from "../core/finding";
import { faultSentence, readOnDisk } from "./account-reading";
import { type AccountsDocument, EMPTY_DOCUMENT, formatDocument, isFault } from "./accounts-document";
import { type AccountsFileWorld, backupOf } from "./accounts-world";
import { unwritable, writeAtomically } from "./atomic-write";
import { keepBackup, spareBackup } from "./backup";
import { type Kept, keptOf, readBroken } from "./broken-text";
import { PRIVATE_DIRECTORY } from "./modes";
import { setAside } from "./set-aside";
import { documentAt, labelsOf } from "./upkeep-accounts";

const NOTHING: Restored = { labels: [], leftOutCount: 0, copy: undefined };

const noBackup = (path: string) =>
  new PoolError("store/corrupt", `There is no backup of ${path} that can be used. Correct the file by hand.`);

/** What to write in place of a file that is missing or broken. */
function replacement(world: AccountsFileWorld, target: string, text: string): AccountsDocument {
  const backup = documentAt(world, backupOf(target));
  if (backup) return backup;
  if (text.trim() === "") return EMPTY_DOCUMENT;
  throw noBackup(target);
}

/** Keeps the broken version; without a copy of it nothing is written over it. */
function keepBroken(world: AccountsFileWorld, target: string, text: string): string | undefined {
  if (text.trim() === "") return undefined;
  const copy = setAside(world, target, text);
  if (copy === undefined) throw unwritable(`A copy of ${target}`, undefined);
  return copy;
}

/** The backup is written over next, and nowhere else is what a person may want back. */
function spareAbsent(world: AccountsFileWorld, target: string, { document, absent }: Kept): Pick<Restored, "absent"> {
  if (absent.length === 0) return {};
  const copy = spareBackup(world, target);
  return copy === undefined ? {} : { absent: { labels: labelsOf({ ...document, accounts: absent }), copy } };
}

/** Under the lock; undefined where that was lost. */
function restoreNow(world: AccountsFileWorld, target: string, intact: () => boolean): Restored | undefined {
  const { reading, document } = readOnDisk(world, target);
  // Somebody repaired it meanwhile.
  if (reading.kind === "text" && !isFault(document)) return NOTHING;
  if (isFault(document) && document.code !== "store/corrupt") {
    throw new PoolError(document.code, faultSentence(target, document));
  }
  const text = reading.kind === "text" ? reading.text : "";
  const broken = readBroken(text);
  const kept = keptOf(replacement(world, target, text), broken);
  const copy = keepBroken(world, target, text);
  const spared = spareAbsent(world, target, kept);
  const write = { ...world, path: target, text: formatDocument(kept.document), intact };
  if (!writeAtomically(write)) return undefined;
  keepBackup(write);
  const labels = labelsOf(kept.document);
  return { labels, leftOutCount: kept.removedCount, copy, ...spared, isGuess: !broken.isWhole };
}

/**
 * Puts the backup in place of an accounts file that is missing, empty or broken, and of no other. The broken version
 * is kept aside. What it still tells is respected: accounts that were removed or taken out by hand stay out, and those
 * that were disabled stay disabled. Throws PoolError and changes nothing otherwise.
 */
export async function restoreAccounts(world: AccountsFileWorld, target: string): Promise<Restored> {
  world.files.makeDirectory(dirname(target), PRIVATE_DIRECTORY);
  const restored = await world.locks.hold(target, (intact) => restoreNow(world, target, intact));
  if (!restored) throw new PoolError("store/locked", `Another process took the lock of ${target}. Try again.`);
  return restored;
}
