import { basename, dirname } from "node:path";
import { PoolError } from "../core/errors";
import type { AccountStore, AccountsView } from "../ports/account-store";
import type { Locks } from "../ports/files";
import type { Cancel } from "../ports/world";
import { documentOf, faultSentence } from "./account-reading";
import { type AccountsDocument, entriesOf, isFault, lossFault, REPLACED } from "./accounts-document";
import { type AccountsFileWorld, realPath } from "./accounts-world";
import { clientsOf } from "./oauth-clients";
import { quietly } from "./quietly";
import { setAside } from "./set-aside";
import { shortHash } from "./short-hash";
import { type Reading, unlessBrieflyGone, watchText } from "./watched-text";

const EMPTY: AccountsView = { entries: [] };

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

/**
 * A second list hides the first; letters of another encoding are lost. Looked for at each reading, because it is cheap; all other
 * faults of that kind are found before a write.
 */
const mayLose = (text: string): boolean => text.indexOf(LIST, text.indexOf(LIST) + 1) >= 0 || text.includes(REPLACED);
const LIST = '"accounts"';

/** So many copies of broken versions are kept by themselves: an editor that saves each letter makes one after another. */
const MAX_BROKEN = 10;

/** Copies a broken version aside. Where there are many, whoever writes over it (`restore`) keeps it yet. */
function keepBroken(world: AccountsFileWorld, text: string): void {
  const path = realPath(world);
  const isCopy = (name: string) => name.startsWith(`${basename(path)}.corrupt-`);
  quietly(() => {
    if (world.files.list(dirname(path)).filter(isCopy).length < MAX_BROKEN) setAside(world, path, text);
  });
}

/** Keeps the last good accounts through every kind of trouble; never throws. */
function createView(world: AccountsFileWorld): () => AccountsView {
  const { files, clock, path } = world;
  const watch = unlessBrieflyGone(watchText({ files, clock, path }), clock);
  let watchedLoss: (() => string | undefined) | undefined;
  let seen: Reading | undefined;
  let told: string | undefined;
  let view = EMPTY;

  const lossNow = () => {
    watchedLoss ??= (require("./lost-accounts") as typeof import("./lost-accounts")).watchLoss(world);
    return watchedLoss();
  };

  const next = (reading: Reading): AccountsView => {
    const document = documentOf(reading);
    if (isFault(document)) {
      const isBroken = document.code === "store/corrupt" && reading.kind === "text" && reading.text.trim() !== "";
      if (isBroken) keepBroken(world, reading.text);
      return { ...view, problem: faultSentence(path, document) };
    }
    const loss = reading.kind === "text" && mayLose(reading.text) ? lossFault(reading.text) : undefined;
    const seen = viewOf(document, path);
    return loss === undefined ? seen : { ...seen, problem: faultSentence(path, loss) };
  };

  return () => {
    const reading = watch();
    const loss = reading.kind === "missing" ? lossNow() : undefined;
    if (reading === seen && loss === told) return view;
    [seen, told] = [reading, loss];
    view = loss === undefined ? next(reading) : { ...EMPTY, problem: loss };
    return view;
  };
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
    // opencode's start reads accounts and most processes never write one: what writing takes is loaded then.
    update: async (operations) => (await import("./accounts-write")).writeAccounts(world, operations),
    exclusively: (id, work, signal) => holdOrGoOn(world.locks, refreshLockOf(realPath(world), id), work, signal),
  };
}
