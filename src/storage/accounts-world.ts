import type { Files, Locks } from "../ports/files";
import type { Chance, Clock } from "../ports/world";

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

/** The last version of the file that this plugin wrote. */
export const backupOf = (path: string): string => `${path}.bak`;

/** Where the file that is really read lies; as well as it can be known. */
export const realPath = ({ files, path }: AccountsFileWorld): string => {
  try {
    return files.resolve(path);
  } catch {
    return path;
  }
};
