import type { Files } from "../ports/files";
import { fileErrorCode } from "./watched-text";

/** Of the accounts file, or of one account's refresh; whatever else ends so is somebody else's. */
const isOurName = (path: string, target: string): boolean =>
  path === `${target}.lock` || (path.startsWith(`${target}.`) && path.endsWith(".refresh.lock"));

/**
 * What stands where a lock of ours is made and is none: our locks are empty directories, so nobody holds it. Undefined for a
 * lock, for what nobody can tell, and where nothing is.
 */
export function lockBlock(files: Files, path: string, target: string): "file" | "directory" | undefined {
  if (!isOurName(path, target)) return undefined;
  try {
    return files.list(path).length > 0 ? "directory" : undefined;
  } catch (error) {
    return fileErrorCode(error) === "ENOTDIR" ? "file" : undefined;
  }
}
