import type { Upkeep } from "../ports/upkeep";
import { createUpkeep } from "../storage/upkeep";
import { systemChance } from "../system/chance";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { systemFiles } from "../system/files";
import { createLocks } from "../system/locks";
import { poolPaths } from "../system/paths";

/** Looks after this user's files. */
export function openUpkeep(): Upkeep {
  const { accountsFile: path, stateDatabase, optionsFile } = poolPaths(environment());
  const world = { files: systemFiles, clock: systemClock, chance: systemChance };
  return createUpkeep({ ...world, locks: createLocks(), path, stateDatabase, optionsFile });
}
