import type { Locks } from "../../src/ports/files";

/** Locks of one process: first come, first served. `lose()` makes every held lock count as lost. */
export function memoryLocks(): Locks & { lose(): void; readonly held: string[] } {
  const tails = new Map<string, Promise<unknown>>();
  const held: string[] = [];
  let lost = false;
  return {
    held,
    lose: () => {
      lost = true;
    },
    async hold<T>(path: string, work: (intact: () => boolean) => Promise<T> | T, signal?: AbortSignal): Promise<T> {
      const before = tails.get(path) ?? Promise.resolve();
      const turn = before.then(() => {
        signal?.throwIfAborted();
        held.push(path);
        return work(() => !lost);
      });
      tails.set(
        path,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
