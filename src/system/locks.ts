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

/** Some file systems keep no time of birth and answer with that of the last change, which every renewal moves. */
const keepsBirth = (directory: string): boolean => {
  const found = statSync(directory, { throwIfNoEntry: false });
  return found !== undefined && found.birthtimeMs > 0 && found.birthtimeMs !== found.ctimeMs;
};

/**
 * Tells our lock directory from one that another process made after ours counted as dead.
 * The number alone is not enough: the next directory often gets the number of the one just removed.
 */
function identify(lockPath: string): () => string | undefined {
  const withBirth = keepsBirth(dirname(lockPath));
  return () => {
    const found = statSync(lockPath, { throwIfNoEntry: false });
    return found && (withBirth ? `${found.ino}:${found.birthtimeMs}` : `${found.ino}`);
  };
}

const isFresh = (lockPath: string, now: number): boolean => {
  const found = statSync(lockPath, { throwIfNoEntry: false });
  return found !== undefined && now - found.mtimeMs < STALE_MS;
};

/** One try; rejects with code ELOCKED where somebody else holds it. proper-lockfile is loaded here: most processes never write. */
async function tryLock(path: string, clock: Clock): Promise<HeldLock> {
  const { lock } = await import("proper-lockfile");
  let compromised = false;
  const unlock = await lock(path, {
    stale: STALE_MS,
    retries: 0,
    // The file itself need not exist yet.
    realpath: false,
    // Without this the library throws from a timer and takes the whole host down.
    onCompromised: () => {
      compromised = true;
    },
  });
  const lockPath = `${path}.lock`;
  const identity = identify(lockPath);
  const ours = identity();
  const owned = () => !compromised && ours !== undefined && identity() === ours;
  const intact = () => owned() && isFresh(lockPath, clock.now());
  // A lost lock belongs to somebody else by now: removing it would let a third one in.
  const release = async () => {
    if (owned()) await unlock();
  };
  return { intact, release };
}

const lockedMessage = (path: string) =>
  `${path} is locked by another process for more than ${PATIENCE_MS / 1000} s. Try again; if no other process runs, delete ${path}.lock.`;

async function waitForLock(path: string, { clock, chance }: LockWorld, signal?: AbortSignal): Promise<HeldLock> {
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await tryLock(path, clock);
    } catch (error) {
      if (codeOf(error) !== "ELOCKED") throw unlockable(path, error);
    }
    const restMs = giveUpAt - clock.now();
    if (restMs <= 0) throw new PoolError("store/locked", lockedMessage(path));
    // Jitter, so that eight waiting processes do not knock at the same moment.
    await clock.sleep(Math.min(restMs, pauseMs * (0.5 + chance.random())), signal);
  }
}

const unlockable = (path: string, error: unknown) =>
  new PoolError(
    "store/unwritable",
    `${path} cannot be locked (${codeOf(error)}). Make its directory exist and writable for you.`,
    { cause: error },
  );

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
