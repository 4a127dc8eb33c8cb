import type { EpochMs } from "../core/account";
import { PRESENCE_MS, type Presence } from "../core/presence";
import type { Database, SqlValue } from "../ports/files";
import { isObject } from "./json";

/** Says what a process has out. */
export const writePresence = (database: Database, { processId, beatAt, inFlight }: Presence): void =>
  database.run(
    "INSERT OR REPLACE INTO presence (process, beat_at, in_flight) VALUES (?, ?, ?)",
    processId,
    beatAt,
    JSON.stringify(Object.fromEntries(inFlight)),
  );

/** A process has nothing out any more. */
export const dropPresence = (database: Database, processId: string): void =>
  database.run("DELETE FROM presence WHERE process = ?", processId);

/** Forgets processes that were killed, and what a clock that was wrong has left. */
export const dropDeadPresences = (database: Database, now: EpochMs): void =>
  database.run("DELETE FROM presence WHERE beat_at < ? OR beat_at > ?", now - PRESENCE_MS, now + PRESENCE_MS);

/** What others have out; `before` itself where that is what they had. Rows that cannot be understood are left out. */
export function readPresences(
  database: Database,
  ownId: string | undefined,
  before: readonly Presence[],
): readonly Presence[] {
  const now = database
    .all("SELECT process, beat_at, in_flight FROM presence WHERE process <> ? ORDER BY process", ownId ?? "")
    .flatMap((row) => presenceOf(row) ?? []);
  const isSame = now.length === before.length && now.every((each, at) => isSamePresence(each, before[at]));
  return isSame ? before : now;
}

const isSamePresence = (one: Presence, other: Presence | undefined): boolean =>
  one.processId === other?.processId &&
  one.beatAt === other.beatAt &&
  one.inFlight.size === other.inFlight.size &&
  [...one.inFlight].every(([id, count]) => other.inFlight.get(id) === count);

function presenceOf(row: Record<string, SqlValue>): Presence | undefined {
  const counts = countsOf(String(row["in_flight"]));
  if (!counts) return undefined;
  const inFlight = new Map(counts.filter(([, count]) => count > 0));
  return { processId: String(row["process"]), beatAt: Number(row["beat_at"]), inFlight };
}

function countsOf(text: string): readonly (readonly [string, number])[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? Object.entries(parsed).map(([id, count]) => [id, Number(count)] as const) : undefined;
  } catch {
    return undefined;
  }
}
