import { dirname } from "node:path";
import type { Files } from "../ports/files";
import type { Chance } from "../ports/world";
import { PRIVATE_FILE } from "./modes";
import { quietly } from "./quietly";
import { shortHash } from "./short-hash";
import { temporaryOf } from "./temporary";

/** Whoever keeps copies of files. */
export interface Keeper {
  readonly files: Files;
  readonly chance: Chance;
}

/** Copies byte for byte; the copy appears whole or not at all, and is made only where it is missing. Throws what the disk says. */
export function keepCopy({ files, chance }: Keeper, path: string, copy: string): void {
  if (files.stat(copy)) return;
  const temporary = temporaryOf(copy, chance);
  try {
    files.copy(path, temporary, PRIVATE_FILE);
    files.rename(temporary, copy);
  } finally {
    quietly(() => files.remove(temporary));
  }
}

/**
 * Keeps a copy of a broken file under a name of its content: once per content, before anybody repairs it with an axe.
 * Undefined where that cannot be done: then the file must not be written over.
 */
export function setAside(keeper: Keeper, path: string, text: string): string | undefined {
  const copy = `${path}.corrupt-${shortHash(text)}`;
  const isKept = quietly(() => {
    keepCopy(keeper, path, copy);
    keeper.files.syncDirectory(dirname(path));
  });
  return isKept ? copy : undefined;
}
