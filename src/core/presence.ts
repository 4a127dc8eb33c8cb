import type { AccountId, DurationMs, EpochMs } from "./account";

/** What one process has out, as the others hear of it. */
export interface Presence {
  /** Random per process: the number of a process comes back, and a container's is another outside of it. */
  readonly processId: string;
  /** When it last said so. */
  readonly beatAt: EpochMs;
  /** Calls that are out, by account; none that is 0. */
  readonly inFlight: ReadonlyMap<AccountId, number>;
}

/** How often a process with calls out says that it still lives. */
export const BEAT_MS: DurationMs = 10_000;

/** A process that has not been heard of for so long is dead, and so are its calls. */
export const PRESENCE_MS: DurationMs = 30_000;

/** What is out on each account in all these processes together, and until when that holds without a new word of them. */
export interface InFlightElsewhere {
  readonly counts: ReadonlyMap<AccountId, number>;
  readonly until: EpochMs;
}

/** Adds up what living processes have out. A beat from the future, as after the clock was put back, counts as dead too. */
export function inFlightElsewhere(presences: Iterable<Presence>, now: EpochMs): InFlightElsewhere {
  const counts = new Map<AccountId, number>();
  let until = Number.POSITIVE_INFINITY;
  for (const { beatAt, inFlight } of presences) {
    if (!isAlive(beatAt, now)) continue;
    until = Math.min(until, beatAt + PRESENCE_MS);
    for (const [id, count] of inFlight) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return { counts, until };
}

/** Whether a process that was last heard of then still counts. */
const isAlive = (beatAt: EpochMs, now: EpochMs): boolean => Math.abs(now - beatAt) < PRESENCE_MS;
