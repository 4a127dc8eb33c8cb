import { dirname } from "node:path";
import { PoolError } from "../core/errors";
import type { AccountOperation, ClientOperation, OperationResult } from "../ports/account-store";
import { readToChange } from "./account-reading";
import { formatDocument } from "./accounts-document";
import type { AccountsFileWorld } from "./accounts-world";
import { unwritable, writeAtomically } from "./atomic-write";
import { keepBackup, losesBackup, spareBackup } from "./backup";
import { PRIVATE_DIRECTORY } from "./modes";
import { applyOperations } from "./operations";

type AnyOperation = AccountOperation | ClientOperation;

/** How often a change is made anew that lost its lock: a machine that sleeps does so once, not for ever. */
const MAX_TRIES = 3;

/** The file that is really written, its directory made. */
const targetOf = ({ files, path }: AccountsFileWorld): string => {
  try {
    const target = files.resolve(path);
    files.makeDirectory(dirname(target), PRIVATE_DIRECTORY);
    return target;
  } catch (error) {
    throw unwritable(path, error);
  }
};

const lockLost = (path: string) =>
  new PoolError(
    "store/locked",
    `Other processes took the lock of ${path} ${MAX_TRIES} times before the change could be written. Nothing was changed; try again.`,
  );

/** One try under the lock; undefined where it was lost, and nothing was changed then. */
function change(
  world: AccountsFileWorld,
  path: string,
  operations: readonly AnyOperation[],
  intact: () => boolean,
): readonly OperationResult[] | undefined {
  const { reading, document: before } = readToChange(world, path);
  const { document, results } = applyOperations(before, operations);
  if (document === before) return results;
  const write = { ...world, path, text: formatDocument(document), intact };
  if (losesBackup(world, path, reading, before)) spareBackup(world, path);
  if (!writeAtomically(write)) return undefined;
  keepBackup(write);
  return results;
}

/**
 * Applies changes to what is on disk under the lock, and keeps a backup. A lost lock means that somebody else may have written:
 * the change is made anew to what is there then. Throws PoolError and leaves the file as it was where that cannot be done.
 */
export async function writeAccounts(
  world: AccountsFileWorld,
  operations: readonly AnyOperation[],
): Promise<readonly OperationResult[]> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const target = targetOf(world);
    const results = await world.locks.hold(target, (intact) => change(world, target, operations, intact));
    if (results) return results;
  }
  throw lockLost(world.path);
}
