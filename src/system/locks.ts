import { statSync } from "node:fs";
import { dirname } from "node:path";
import { PoolError } from "../core/errors";
import type { Locks } from "../ports/files";
import type { Chance, Clock } from "../ports/world";
import { systemChance } from "./chance";
import { systemClock } from "./clock";

/** A holder that died is ignored after this long; a living one renews its lock every half of it. */
const STALE_MS = 5_000;
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

interface LockWorld {
  readonly clock: Clock;
  readonly chance: Chance;
}

interface HeldLock {
  intact(): boolean;
  release(): Promise<void>;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? "unknown error");

/** One try; rejects with code ELOCKED where somebody else holds it. What it takes is loaded here: most processes never write. */
async function tryLock(path: string, world: LockWorld): Promise<HeldLock> {
  const [{ lock }, { lockTry }] = await Promise.all([import("proper-lockfile"), import("./lock-try")]);
  let compromised = false;
  const { fs, isOurs, isFresh } = lockTry({ ...world, lockPath: `${path}.lock`, staleMs: STALE_MS });
  const unlock = await lock(path, {
    fs,
    stale: STALE_MS,
    retries: 0,
    // The file itself need not exist yet.
    realpath: false,
    // Without this the library throws from a timer and takes the whole host down.
    onCompromised: () => {
      compromised = true;
    },
  });
  const owned = () => !compromised && isOurs();
  const intact = () => owned() && isFresh();
  // A lost lock belongs to somebody else by now: removing it would let a third one in.
  const release = async () => {
    if (owned()) await unlock();
  };
  return { intact, release };
}

const lockedMessage = (path: string) =>
  `${path} is locked by another process for more than ${PATIENCE_MS / 1000} s. Try again; if no other process runs, delete ${path}.lock.`;

/** Held by somebody else, or of several who found a dead one's lock another one is about to take it over. */
function isTaken(path: string, error: unknown): boolean {
  const code = codeOf(error);
  if (code === "ELOCKED" || code === "EEXIST") return true;
  return code === "ENOENT" && statSync(dirname(path), { throwIfNoEntry: false }) !== undefined;
}

async function waitForLock(path: string, world: LockWorld, signal?: AbortSignal): Promise<HeldLock> {
  const { clock, chance } = world;
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await tryLock(path, world);
    } catch (error) {
      if (!isTaken(path, error)) throw unlockable(path, error);
    }
    const restMs = giveUpAt - clock.now();
    if (restMs <= 0) throw new PoolError("store/locked", lockedMessage(path));
    // Jitter, so that eight waiting processes do not knock at the same moment.
    await clock.sleep(Math.min(restMs, pauseMs * (0.5 + chance.random())), signal);
  }
}

/** What is said of a lock that holds something, or is no directory: nobody who keeps to our rules made it so. */
const NO_LOCK_OF_OURS = new Set(["ENOTEMPTY", "ENOTDIR"]);

const STEPS: Readonly<Record<string, string>> = {
  ENOSPC: "Its disk is full: make room there.",
  EDQUOT: "Your share of its disk is used up: make room there.",
  EROFS: "Its disk is read-only.",
};

const unlockable = (path: string, error: unknown) => {
  const isForeign = NO_LOCK_OF_OURS.has(codeOf(error));
  const step = isForeign
    ? `Delete ${path}.lock.`
    : (STEPS[codeOf(error)] ?? "Make its directory exist and writable for you.");
  return new PoolError("store/unwritable", `${path} cannot be locked (${codeOf(error)}). ${step}`, { cause: error });
};

/** Locks as directories beside the file, which every process of every version of this plugin respects. */
export function createLocks(world: LockWorld = { clock: systemClock, chance: systemChance }): Locks {
  return {
    async hold(path, work, signal) {
      const held = await waitForLock(path, world, signal);
      try {
        return await work(held.intact);
      } finally {
        await held.release().catch(ignoreFailedRelease);
      }
    },
  };
}

/** The work is done and the lock goes stale by itself: a failed release must not turn success into an error. */
const ignoreFailedRelease = () => {};
