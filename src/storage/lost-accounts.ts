import { basename, dirname, join } from "node:path";
import { documentOf } from "./account-reading";
import { isFault } from "./accounts-document";
import { type AccountsFileWorld, backupOf, realPath } from "./accounts-world";
import { stampOf, unlessFailing } from "./upkeep-look";
import { watchText } from "./watched-text";

/** A link that leads nowhere, and where it leads. */
export interface DeadLink {
  readonly path: string;
  readonly target: string;
}

/** Of the file itself or of a directory above it. A disk that is not mounted leaves such a link. Never throws. */
export function deadLink({ files, path }: AccountsFileWorld): DeadLink | undefined {
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    const found = unlessFailing(() => {
      const own = join(files.resolve(dirname(at)), basename(at));
      const target = files.resolve(at);
      return target !== own && !stampOf(files, target) ? { path: at, target } : undefined;
    }, undefined);
    if (found) return found;
  }
  return undefined;
}

/**
 * For a file that is not there: what is lost with it, in a sentence with the next step; undefined for a home that never had one.
 * Looks again when the backup changes; otherwise costs one stat. Never throws.
 */
export function watchLoss(world: AccountsFileWorld): () => string | undefined {
  const { path } = world;
  const backup = backupOf(realPath(world));
  const watch = watchText({ ...world, path: backup });
  let seen: ReturnType<typeof watch> | undefined;
  let loss: string | undefined;

  const look = (reading: ReturnType<typeof watch>): string | undefined => {
    const document = documentOf(reading);
    const count = isFault(document) ? 0 : document.accounts.length;
    if (count > 0)
      return `${path} is gone. Its backup holds ${count} account${count === 1 ? "" : "s"}. If it was deleted by accident: gemini-pool doctor --fix. If not, delete ${backup} too.`;
    const link = deadLink(world);
    return (
      link &&
      `${link.path} is a link to ${link.target}, which is not there: accounts in it cannot be read. If its disk is not mounted, mount it.`
    );
  };

  return () => {
    const reading = watch();
    if (reading === seen) return loss;
    seen = reading;
    loss = look(reading);
    return loss;
  };
}
