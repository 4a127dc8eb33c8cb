import type { Locks } from "../../src/ports/files";

/** Locks of one process: first come, first served. */
export interface MemoryLocks extends Locks {
  /** The next `count` locks, all unless told, count as lost from their first check on; `meanwhile` is what the thief does. */
  lose(count?: number, meanwhile?: () => void): void;
  /** What was locked, in order. */
  readonly held: string[];
}

export function memoryLocks(): MemoryLocks {
  const tails = new Map<string, Promise<unknown>>();
  const held: string[] = [];
  let lossCount = 0;
  let thief = () => {};
  const oneLock = () => {
    const isLost = lossCount > 0;
    lossCount -= isLost ? 1 : 0;
    return () => {
      if (isLost) thief();
      return !isLost;
    };
  };
  return {
    held,
    lose: (count = Number.POSITIVE_INFINITY, meanwhile = () => {}) => {
      lossCount = count;
      thief = meanwhile;
    },
    async hold<T>(path: string, work: (intact: () => boolean) => Promise<T> | T, signal?: AbortSignal): Promise<T> {
      const before = tails.get(path) ?? Promise.resolve();
      const turn = before.then(() => {
        signal?.throwIfAborted();
        held.push(path);
        return work(oneLock());
      });
      tails.set(
        path,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
