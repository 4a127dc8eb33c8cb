import { PoolError } from "../core/errors";
import type { Finding, Restored } from "../core/finding";
import type { Upkeep } from "../ports/upkeep";
import { readToChange } from "./account-reading";
import { type AccountsFileWorld, backupOf, realPath } from "./accounts-world";
import { removeLeftovers, unwritable } from "./atomic-write";
import { keepBackup, losesBackup, spareBackup } from "./backup";
import { restoreAccounts } from "./restore";
import { accountsFindings } from "./upkeep-accounts";
import { copyFindings } from "./upkeep-copies";
import { lockBlock } from "./upkeep-locks";
import { placeFindings } from "./upkeep-places";
import { writeFindings } from "./upkeep-write";

/** What looking after the files needs from the world. `path` is the accounts file. */
export interface UpkeepWorld extends AccountsFileWorld {
  readonly stateDatabase: string;
  readonly optionsFile: string;
}

/** The text is kept as it is: a person may have written it. */
function renewBackup(world: UpkeepWorld, target: string, intact: () => boolean): void {
  const { reading, document } = readToChange(world, target);
  if (reading.kind !== "text") return;
  if (losesBackup(world, target, reading, document)) spareBackup(world, target);
  const isKept = keepBackup({ ...world, path: target, text: reading.text, intact });
  if (!isKept) throw unwritable(backupOf(target), undefined);
}

/** Throws PoolError where the disk refuses the work. */
function orUnwritable(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Nobody holds a plain file; what has become a lock meanwhile is somebody's. */
function clearLock({ files }: UpkeepWorld, path: string, target: string): void {
  if (lockBlock(files, path, target) === "file") orUnwritable(path, () => files.remove(path));
}

async function mend(world: UpkeepWorld, finding: Finding): Promise<Restored | undefined> {
  const { files, locks } = world;
  const target = realPath(world);
  switch (finding.kind) {
    case "accounts-missing":
    case "accounts-broken":
      return restoreAccounts(world, target);
    case "backup-behind":
      await locks.hold(target, (intact) => renewBackup(world, target, intact));
      return undefined;
    case "too-open":
      if (finding.wanted !== finding.mode)
        orUnwritable(finding.path, () => files.changeMode(finding.path, finding.wanted));
      return undefined;
    case "left-over":
      await locks.hold(target, () => removeLeftovers(files, target));
      return undefined;
    case "lock-blocked":
      clearLock(world, finding.path, target);
      return undefined;
    case "stale-lock":
      // Whoever takes it over in the ordinary way lets it go again; one that lives after all is waited for.
      await locks.hold(finding.path.replace(/\.lock$/, ""), () => undefined);
      return undefined;
    default:
      return undefined;
  }
}

/** Everything on the disk that is ours: the accounts file, what lies beside it, and the modes of the state database. */
export function createUpkeep(world: UpkeepWorld): Upkeep {
  return {
    inspect() {
      const target = realPath(world);
      const found = accountsFindings(world, target);
      // Where a disk is missing, its place says nothing of what can be written on it.
      const isElsewhere = found.some(({ kind }) => kind === "dead-link");
      return [
        ...found,
        ...(isElsewhere ? [] : writeFindings(world, target, "unwritable")),
        ...writeFindings(world, world.stateDatabase, "state-unwritable"),
        ...placeFindings({ ...world, target }),
        ...copyFindings(world, target),
      ];
    },
    async mend(finding) {
      try {
        return await mend(world, finding);
      } catch (error) {
        throw error instanceof PoolError ? error : unwritable(world.path, error);
      }
    },
  };
}
