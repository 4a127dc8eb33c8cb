import { basename, dirname, join } from "node:path";
import type { FileStamp, Files } from "../ports/files";

/** What the work gives; `otherwise` where it throws: what cannot be looked at is not there for a check. */
export const unlessFailing = <T>(work: () => T, otherwise: T): T => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};

/** Undefined also where it cannot be looked at. */
export const stampOf = (files: Files, path: string): FileStamp | undefined =>
  unlessFailing(() => files.stat(path), undefined);

/** What lies beside `path` and begins with its name. */
export const beside = (files: Files, path: string): readonly string[] =>
  unlessFailing(() => files.list(dirname(path)), [])
    .filter((name) => name.startsWith(basename(path)))
    .map((name) => join(dirname(path), name))
    .sort();
