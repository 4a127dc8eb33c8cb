import { dirname } from "node:path";
import { PoolError } from "../core/errors";
import type {
  AccountOperation,
  AccountStore,
  AccountsView,
  ClientOperation,
  OperationResult,
} from "../ports/account-store";
import type { Files, Locks } from "../ports/files";
import type { Cancel, Chance, Clock } from "../ports/world";
import { documentOf, faultSentence, readToChange } from "./account-reading";
import { type AccountsDocument, entriesOf, formatDocument, isFault } from "./accounts-document";
import { unwritable, writeAtomically } from "./atomic-write";
import { keepBackup, spareBackup } from "./backup";
import { PRIVATE_DIRECTORY } from "./modes";
import { clientsOf } from "./oauth-clients";
import { applyOperations } from "./operations";
import { setAside } from "./set-aside";
import { shortHash } from "./short-hash";
import { type Reading, watchText } from "./watched-text";

/**
 * What the accounts file needs from the world. `path` may be a symbolic link: its target is written, and lock, backup
 * and temporary files lie beside that, so that all who come through other links meet there.
 */
export interface AccountsFileWorld {
  readonly files: Files;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly path: string;
}

type AnyOperation = AccountOperation | ClientOperation;

const EMPTY: AccountsView = { entries: [] };
/** How often a change is made anew that lost its lock: a machine that sleeps does so once, not for ever. */
const MAX_TRIES = 3;

/** Where the file that is really read lies; as well as it can be known. */
const realPath = ({ files, path }: AccountsFileWorld): string => {
  try {
    return files.resolve(path);
  } catch {
    return path;
  }
};

function viewOf(document: AccountsDocument, path: string): AccountsView {
  const { entries, problems: ofAccounts } = entriesOf(document);
  const { clients, problems: ofClients } = clientsOf(document.rest);
  const problems = [...ofAccounts, ...ofClients];
  return {
    entries,
    ...(clients.length === 0 ? {} : { clients }),
    ...(problems.length === 0 ? {} : { problem: `${path}: ${problems.join("; ")}.` }),
  };
}

/** Keeps the last good accounts through every kind of trouble; never throws. */
function createView(world: AccountsFileWorld): () => AccountsView {
  const { files, clock, path } = world;
  const watch = watchText({ files, clock, path });
  let seen: Reading | undefined;
  let view = EMPTY;

  const next = (reading: Reading): AccountsView => {
    const document = documentOf(reading);
    if (isFault(document)) {
      const isBroken = document.code === "store/corrupt" && reading.kind === "text" && reading.text.trim() !== "";
      if (isBroken) setAside(world, realPath(world), reading.text);
      return { ...view, problem: faultSentence(path, document) };
    }
    return viewOf(document, path);
  };

  return () => {
    const reading = watch();
    if (reading === seen) return view;
    seen = reading;
    view = next(reading);
    return view;
  };
}

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
  if (reading.kind === "missing") spareBackup(world, path);
  if (!writeAtomically(write)) return undefined;
  keepBackup(write);
  return results;
}

/** A lost lock means that somebody else may have written: the change is made anew to what is there then. */
async function update(world: AccountsFileWorld, operations: readonly AnyOperation[]) {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const target = targetOf(world);
    const results = await world.locks.hold(target, (intact) => change(world, target, operations, intact));
    if (results) return results;
  }
  throw lockLost(world.path);
}

/** An id may come from a file that a person edited: it must not reach another directory. */
const refreshLockOf = (path: string, id: string): string =>
  `${path}.${/^[\w-]{1,80}$/.test(id) ? id : shortHash(id)}.refresh`;

/** Where no lock can be made (a read-only directory) nothing can be written either, so there is nothing to protect. */
async function holdOrGoOn<T>(locks: Locks, path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  let started = false;
  const begin = () => {
    started = true;
    return work();
  };
  try {
    return await locks.hold(path, begin, signal);
  } catch (error) {
    const noLock = !started && error instanceof PoolError && error.code === "store/unwritable";
    if (noLock) return work();
    throw error;
  }
}

/** A link may be pointed elsewhere, or its target may change: both directories are looked at. */
function watchBoth(world: AccountsFileWorld, listener: () => void): Cancel {
  const directories = new Set([dirname(realPath(world)), dirname(world.path)]);
  const cancels = [...directories].map((directory) => world.files.watch(directory, listener));
  return () => {
    for (const cancel of cancels) cancel();
  };
}

/**
 * `gemini-auth.json`, shared by all processes of the user. Reading costs one stat and never throws; a broken or newer
 * file keeps the last good accounts and is never written to. Writing happens under a lock, all or nothing, mode 0600,
 * and is kept once more as a backup. No lock is held over the network except by `exclusively`.
 */
export function createAccountsFile(world: AccountsFileWorld): AccountStore {
  return {
    current: createView(world),
    watch: (listener) => watchBoth(world, listener),
    update: (operations) => update(world, operations),
    exclusively: (id, work, signal) => holdOrGoOn(world.locks, refreshLockOf(realPath(world), id), work, signal),
  };
}
