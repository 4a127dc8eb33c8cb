import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  watch as watchDirectory,
  writeSync,
} from "node:fs";
import { resolve as absolute, basename, dirname, join } from "node:path";
import type { FileStamp, Files } from "../ports/files";
import type { Cancel } from "../ports/world";

/** Windows has no group and no others: what it says of them means nothing. */
const KNOWN_MODE = process.platform === "win32" ? 0o700 : 0o1777;

/** Whoever opens a pipe waits for somebody at its other end, for ever if need be. */
const notPlain = (path: string) => Object.assign(new Error(`not a plain file: ${path}`), { code: "not a plain file" });

const stat = (path: string): FileStamp | undefined => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFIFO() || found?.isSocket()) throw notPlain(path);
  return found && { size: found.size, mtimeMs: found.mtimeMs, inode: found.ino, mode: found.mode & KNOWN_MODE };
};

const synced = (path: string, flags: string, mode: number | undefined, work: (fd: number) => void): void => {
  const fd = openSync(path, flags, mode);
  try {
    work(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/**
 * What root makes in somebody's home is that person's: after one `sudo` the plugin of that person could not read its own file.
 * By the owner of the directory, as well as it can be done. Does nothing for anybody else.
 */
export const giveToOwner = (path: string): void => {
  if (process.getuid?.() !== 0) return;
  try {
    const { uid, gid } = statSync(dirname(path));
    if (uid !== 0) chownSync(path, uid, gid);
  } catch {
    // A root that may not give files away (a container without CAP_CHOWN) still writes them.
  }
};

/** `writeSync` may write less than it was given, for example on a full disk. */
const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
};

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/** What file systems say that know no fsync of a directory: many in user space and on networks. */
const NO_DIRECTORY_SYNC: ReadonlySet<unknown> = new Set([
  "EINVAL",
  "ENOTSUP",
  "ENOSYS",
  "EOPNOTSUPP",
  "EBADF",
  "EISDIR",
]);

const syncDirectory = (path: string): void => {
  // Windows cannot open a directory; there the rename itself is journalled.
  if (process.platform === "win32") return;
  try {
    synced(path, "r", undefined, () => {});
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has(codeOf(error))) throw error;
  }
};

const copy = (from: string, to: string, mode: number): void => {
  copyFileSync(from, to);
  chmodSync(to, mode);
  giveToOwner(to);
  synced(to, "r+", undefined, () => {});
};

/** Relative to where the link really lies: its directory may be reached through a link itself. */
const linkTarget = (path: string): string | undefined => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? absolute(dirname(path), readlinkSync(path)) : undefined;
};

const list = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
};

const NOT_WATCHED: Cancel = () => {};

/** Where the system cannot watch (no directory yet, too many watchers), whoever waits looks again when its time is over. */
const watch = (path: string, listener: () => void): Cancel => {
  try {
    const watcher = watchDirectory(path, { persistent: false }, listener);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return NOT_WATCHED;
  }
};

/** As many as Linux follows. */
const MAX_LINKS = 40;

const circle = (path: string) => Object.assign(new Error(`ELOOP: ${path}`), { code: "ELOOP" });

/**
 * Link by link, also to a file that is yet to be written. Not by realpath: Bun's opens the file and asks Linux for its name,
 * which is "gemini-auth.json (deleted)" for one that another process replaces at that moment.
 */
const resolve = (path: string, linkCount = 0): string => {
  const parent = dirname(path);
  if (parent === path) return path;
  const own = join(resolve(parent, linkCount), basename(path));
  const target = linkTarget(own);
  if (target === undefined) return own;
  if (linkCount >= MAX_LINKS) throw circle(path);
  return resolve(target, linkCount + 1);
};

/** A directory too, if it is empty: what is left of a lock is one. */
const remove = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
    rmdirSync(path);
  }
};

/** The machine's file system. `remove` of what is not there does nothing. */
export const systemFiles: Files = {
  stat,
  read: (path) => readFileSync(path, "utf8"),
  writeNew(path, text, mode) {
    synced(path, "wx", mode, (fd) => writeAll(fd, text));
    giveToOwner(path);
  },
  rename: renameSync,
  copy,
  remove,
  changeMode: chmodSync,
  makeDirectory(path, mode) {
    const first = mkdirSync(path, { recursive: true, mode });
    const made: string[] = [];
    for (let at = path; first !== undefined && at.length >= first.length; at = dirname(at)) made.unshift(at);
    for (const each of made) giveToOwner(each);
  },
  syncDirectory,
  watch,
  list,
  resolve: (path) => resolve(path),
};

/** The text of a file that a person names; undefined where there is none to be read. Never throws. */
export function textIn(path: string, largestBytes = Number.POSITIVE_INFINITY): string | undefined {
  try {
    // Not by `stat` above: a shell's <(…) is a pipe, and there is somebody at its other end.
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    return size === undefined || size > largestBytes ? undefined : systemFiles.read(path);
  } catch {
    return undefined;
  }
}
