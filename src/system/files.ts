import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  watch as watchDirectory,
  writeSync,
} from "node:fs";
import { resolve as absolute, dirname } from "node:path";
import type { FileStamp, Files } from "../ports/files";
import type { Cancel } from "../ports/world";

const stat = (path: string): FileStamp | undefined => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { size: found.size, mtimeMs: found.mtimeMs, inode: found.ino, mode: found.mode & 0o777 };
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

/** `writeSync` may write less than it was given, for example on a full disk. */
const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
};

const syncDirectory = (path: string): void => {
  // Windows cannot open a directory; there the rename itself is journalled.
  if (process.platform !== "win32") synced(path, "r", undefined, () => {});
};

const copy = (from: string, to: string, mode: number): void => {
  copyFileSync(from, to);
  chmodSync(to, mode);
};

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

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

/** A link may point at a file that is yet to be written: that is where it must be written then. */
const resolve = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const target = linkTarget(path);
    return target === undefined ? path : target;
  }
};

/** The machine's file system. `remove` of what is not there does nothing. */
export const systemFiles: Files = {
  stat,
  read: (path) => readFileSync(path, "utf8"),
  writeNew: (path, text, mode) => synced(path, "wx", mode, (fd) => writeAll(fd, text)),
  rename: renameSync,
  copy,
  remove: (path) => rmSync(path, { force: true }),
  makeDirectory: (path, mode) => void mkdirSync(path, { recursive: true, mode }),
  syncDirectory,
  watch,
  list,
  resolve,
};
