import { mkdirSync, rmdirSync, type Stats, stat, statSync, utimesSync } from "node:fs";
import type { DurationMs } from "../core/account";
import type { Chance, Clock } from "../ports/world";

type Done = (error?: unknown) => void;

const failure = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });

const found = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

const DAY_S = 86_400;
const TOKENS = 1e8;

/**
 * Tells our lock directory from every other one of that name. Number and time of birth do not: the next directory often
 * gets the number of the one just removed, within the same tick. So each is marked by a time of last access that chance
 * draws, a day or more in the future.
 */
const markOf = ({ random }: Chance, nowMs: number): number =>
  Math.floor(nowMs / 1_000) + DAY_S + Math.floor(random() * TOKENS);

/** No mark: the time of a reader. Half a day is for clocks that differ between machines. */
const isUnmarked = ({ atimeMs }: Stats, nowMs: number): boolean => atimeMs < nowMs + DAY_S * 500;

/**
 * The library's first stamp finds out whether the file system knows parts of a second. Its own lies up to a second ahead,
 * and whoever dies then would hold the lock for so much longer; any time that is not a whole second does.
 */
const probeTime = (nowMs: number): Date => new Date(nowMs % 1_000 === 0 ? nowMs - 1 : nowMs);

/** Calls back as Node's own operations do. */
function reporting(work: () => void, done: Done): void {
  let fault: unknown = null;
  try {
    work();
  } catch (error) {
    fault = error;
  }
  done(fault);
}

/**
 * Removes a dead lock and no other. Several may find it dead at the same moment; the first makes a new one at once,
 * which the others must not take for the dead one. So they look and remove one at a time, which takes microseconds.
 */
function bury(lockPath: string, isDead: (path: string) => boolean): void {
  const guard = `${lockPath}.tmp`;
  // Somebody was killed in these microseconds.
  if (isDead(guard)) rmdirSync(guard);
  mkdirSync(guard);
  try {
    if (found(lockPath) && !isDead(lockPath)) throw failure("ELOCKED", lockPath);
    rmdirSync(lockPath);
  } finally {
    // Whoever clears up temporary files under the lock may have been faster.
    reporting(
      () => rmdirSync(guard),
      () => {},
    );
  }
}

/** Clocks of two machines on one home differ by less. */
const AHEAD_MS: DurationMs = 60_000;

/**
 * A lock with a stamp of a time to come was made while the clock was ahead. A living holder would have renewed it, so it is as dead
 * as an old one, and the library, which knows old ones only, is shown one.
 */
function timely(stats: Stats, latestMs: number): Stats {
  if (stats.mtimeMs <= latestMs) return stats;
  return Object.assign(Object.create(Object.getPrototypeOf(stats)), stats, { mtime: new Date(0), mtimeMs: 0 });
}

function isOfNow(stats: Stats | undefined, nowMs: number, staleMs: DurationMs): boolean {
  if (stats === undefined) return false;
  const ageMs = nowMs - stats.mtimeMs;
  return ageMs < staleMs && ageMs > -AHEAD_MS;
}

/** Node's `stat`, with that in it. */
const statUntil =
  (latestMs: () => number) => (path: string, done: (error: NodeJS.ErrnoException | null, stats?: Stats) => void) =>
    stat(path, (error, stats) => done(error, stats && timely(stats, latestMs())));

/** What one try to make a lock is made of. */
interface LockTry {
  readonly lockPath: string;
  /** A lock that was not renewed for so long is dead. */
  readonly staleMs: DurationMs;
  readonly clock: Pick<Clock, "now">;
  readonly chance: Chance;
}

/**
 * One try to make a lock directory. `fs` is for proper-lockfile, which by itself removes what it found dead a while ago,
 * whatever is there by then, and knows its own lock by the second only.
 */
export function lockTry({ lockPath, staleMs, clock, chance }: LockTry) {
  const mark = markOf(chance, clock.now());
  let made: Stats | undefined;
  let renewedAt = 0;
  // A reader moves the mark where each look is written down (strictatime, macOS). Until it may be dead, nobody who keeps
  // to the rules has put another one in its place.
  const isOurs = () => {
    const stats = found(lockPath);
    if (!made || stats?.ino !== made.ino) return false;
    // Some file systems keep the mark less exactly than it was given.
    if (stats.atimeMs === mark * 1_000 || stats.atimeMs === made.atimeMs) return true;
    const now = clock.now();
    return now - renewedAt < staleMs && isUnmarked(stats, now) && stats.birthtimeMs === made.birthtimeMs;
  };
  const isFresh = (path = lockPath) => isOfNow(found(path), clock.now(), staleMs);
  const isDead = (path: string) => found(path) !== undefined && !isFresh(path);
  const touch = (modified: Date | number) => {
    utimesSync(lockPath, mark, modified);
    renewedAt = clock.now();
  };
  const make = () => {
    mkdirSync(lockPath);
    touch(clock.now() / 1_000);
    made = found(lockPath);
  };
  let isProbed = false;
  const renew = (modified: Date | number) => {
    if (!isOurs()) throw failure("ENOENT", lockPath);
    touch(isProbed ? modified : probeTime(clock.now()));
    isProbed = true;
  };
  const remove = () => (isOurs() ? rmdirSync(lockPath) : bury(lockPath, isDead));
  return {
    fs: {
      stat: statUntil(() => clock.now() + AHEAD_MS),
      mkdir: (_path: string, done: Done) => reporting(make, done),
      utimes: (_path: string, _accessed: unknown, modified: Date | number, done: Done) =>
        reporting(() => renew(modified), done),
      rmdir: (_path: string, done: Done) => reporting(remove, done),
      rmdirSync: remove,
    },
    /** True while the directory is there that this try made. */
    isOurs,
    /** False once it was not renewed for `staleMs`. */
    isFresh: () => isFresh(),
  };
}
