import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { PoolError } from "../core/errors";
import type { AccountStore, AccountsView } from "../ports/account-store";
import type { Files, Locks } from "../ports/files";
import type { Chance, Clock } from "../ports/world";
import {
  type AccountsDocument,
  type DocumentFault,
  EMPTY_DOCUMENT,
  entriesOf,
  formatDocument,
  isFault,
  parseDocument,
} from "./accounts-document";
import { unwritable, writeAtomically } from "./atomic-write";
import { applyOperations } from "./operations";
import { type Reading, watchText } from "./watched-text";

/** What the accounts file needs from the world. `path` may be a symbolic link: its target is written. */
export interface AccountsFileWorld {
  readonly files: Files;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly path: string;
}

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;
const EMPTY: AccountsView = { entries: [] };

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

const unreadable = (code: string): DocumentFault => ({
  code: "store/unreadable",
  sentence: `cannot be read (${code}). Check the permissions of the file and its directory.`,
});

const documentOf = (reading: Reading): AccountsDocument | DocumentFault => {
  if (reading.kind === "missing") return EMPTY_DOCUMENT;
  return reading.kind === "text" ? parseDocument(reading.text) : unreadable(reading.code);
};

const sentenceOf = (path: string, fault: DocumentFault): string => `${path} ${fault.sentence}`;

/** Keeps a copy of a broken file, once per content, before anybody repairs it with an axe. */
function setAside(files: Files, path: string, text: string): void {
  const copy = `${path}.corrupt-${shortHash(text)}`;
  try {
    if (!files.stat(copy)) files.copy(path, copy, PRIVATE_FILE);
  } catch {
    // The file itself is never written over, so a failed copy loses nothing.
  }
}

/** Keeps the last good accounts through every kind of trouble; never throws. */
function createView({ files, clock, path }: AccountsFileWorld): () => AccountsView {
  const watch = watchText({ files, clock, path });
  let seen: Reading | undefined;
  let view = EMPTY;

  const next = (reading: Reading): AccountsView => {
    const document = documentOf(reading);
    if (isFault(document)) {
      if (document.code === "store/corrupt" && reading.kind === "text") setAside(files, path, reading.text);
      return { entries: view.entries, problem: sentenceOf(path, document) };
    }
    const { entries, problems } = entriesOf(document);
    return problems.length === 0 ? { entries } : { entries, problem: `${path}: ${problems.join("; ")}.` };
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

/** Where the file that is really read lies. */
const directoryOf = ({ files, path }: AccountsFileWorld): string => {
  try {
    return dirname(files.resolve(path));
  } catch {
    return dirname(path);
  }
};

/** Reads past the cache: under the lock only what is on disk counts. */
const readDocument = ({ files, clock }: AccountsFileWorld, path: string): AccountsDocument => {
  const document = documentOf(watchText({ files, clock, path })());
  if (isFault(document)) throw new PoolError(document.code, sentenceOf(path, document));
  return document;
};

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

/**
 * `gemini-auth.json`, shared by all processes of the user. Reading costs one stat and never throws; a broken or newer
 * file keeps the last good accounts and is never written to. Writing happens under a lock, all or nothing, mode 0600.
 */
export function createAccountsFile(world: AccountsFileWorld): AccountStore {
  const { files, locks, chance, path } = world;
  const current = createView(world);

  return {
    current,
    watch: (listener) => files.watch(directoryOf(world), listener),
    async update(operations) {
      const target = targetOf(world);
      return locks.hold(target, (intact) => {
        const before = readDocument(world, target);
        const { document, results } = applyOperations(before, operations);
        if (document !== before) {
          writeAtomically({ files, chance, path: target, text: formatDocument(document), intact });
        }
        return results;
      });
    },
    exclusively: (id, work, signal) => holdOrGoOn(locks, refreshLockOf(path, id), work, signal),
  };
}
