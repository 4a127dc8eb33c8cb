import type { Chance } from "../ports/world";

/** A name of our own beside `path` for what is written and then renamed: others have temporary files there, too. */
export const temporaryOf = (path: string, { id }: Pick<Chance, "id">): string => `${path}.pool-${id()}.tmp`;

/** Whether a name is one of those, or the guard of a lock. */
export const isTemporary = (name: string): boolean => /\.(?:pool-[\w-]+|lock)\.tmp$/.test(name);
