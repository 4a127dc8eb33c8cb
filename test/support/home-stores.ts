import { join } from "node:path";
import type { AccountStore } from "../../src/ports/account-store";
import type { StateStore } from "../../src/ports/state-store";
import { createAccountsFile } from "../../src/storage/accounts-file";
import { createStateStore } from "../../src/storage/state-database";
import { systemChance } from "../../src/system/chance";
import { systemClock } from "../../src/system/clock";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { createLocks } from "../../src/system/locks";
import type { Home } from "./opencode-home";

const world = { files: systemFiles, clock: systemClock, chance: systemChance };

/** Where a home keeps what its pool has learnt. */
export const stateDirectoryOf = ({ root }: Home): string => join(root, "state", "opencode");
export const databaseOf = (home: Home): string => join(stateDirectoryOf(home), "gemini-pool.db");

/** The accounts of a home, as another process of the same user opens them. */
export const accountsOf = ({ accountsFile }: Home): AccountStore =>
  createAccountsFile({ ...world, locks: createLocks(), path: accountsFile });

/** What the pool of a home has learnt, as another process opens it. */
export const stateOf = (home: Home): StateStore => createStateStore({ ...world, openDatabase, path: databaseOf(home) });
