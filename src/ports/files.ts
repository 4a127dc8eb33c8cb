import type { Cancel } from "./world";

/** What tells one version of a file from the next. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
  readonly mode: number;
}

/** The file system, synchronous because every use is a few microseconds on small files. Errors carry Node's `code`. */
export interface Files {
  /** Undefined where nothing is there; throws where it may not be looked at. */
  stat(path: string): FileStamp | undefined;
  read(path: string): string;
  /** Creates `path` with `mode`, writes all of it and fsyncs; fails if it exists. */
  writeNew(path: string, text: string, mode: number): void;
  /** Atomic within one file system. */
  rename(from: string, to: string): void;
  /** The copy is fsynced. */
  copy(from: string, to: string, mode: number): void;
  /** Does nothing where nothing is there. */
  remove(path: string): void;
  changeMode(path: string, mode: number): void;
  /** Creates what is missing of the path with `mode`. */
  makeDirectory(path: string, mode: number): void;
  /** fsync of a directory, so that a rename survives a power cut. */
  syncDirectory(path: string): void;
  /** The names in a directory, in no order; none where it is missing. */
  list(path: string): readonly string[];
  /** Calls `listener` soon after anything in a directory changed, until it is cancelled; does nothing where that cannot be seen. */
  watch(path: string, listener: () => void): Cancel;
  /**
   * The path with all symbolic links followed, also one whose target is yet to be written: then where that will be.
   * `path` itself where nothing is there; throws ELOOP where links lead in a circle.
   */
  resolve(path: string): string;
}

/** Locks that other processes respect. A dead holder's lock is free after 5 s. */
export interface Locks {
  /**
   * Runs `work` while this process holds the lock beside `path`.
   * Waits 10 s at most, then throws PoolError `store/locked` that names the file.
   * `intact()` is false once the lock was lost: the work must not write then.
   */
  hold<T>(path: string, work: (intact: () => boolean) => Promise<T> | T, signal?: AbortSignal): Promise<T>;
}

export type SqlValue = string | number | null;

/** One open SQLite database, synchronous. */
export interface Database {
  run(sql: string, ...values: SqlValue[]): void;
  all(sql: string, ...values: SqlValue[]): readonly Record<string, SqlValue>[];
  /** All or nothing; takes the write lock at once. */
  transaction(work: () => void): void;
  /** Grows whenever another connection has committed; costs about a microsecond. */
  dataVersion(): number;
  close(): void;
}

/** Opens or creates; throws where that is impossible. The file gets mode 0600. */
export type OpenDatabase = (path: string) => Database;
