import type { PoolEvent } from "../core/event";
import type { Database, SqlValue } from "../ports/files";
import { isObject } from "./json";

/** So many of the newest are kept. */
export const EVENTS_KEPT = 1_000;

/** Writes events, the newest last, and lets the oldest go; call it inside a transaction. Takes them redacted. */
export function writeEvents(database: Database, events: readonly PoolEvent[]): void {
  if (events.length === 0) return;
  for (const event of events) {
    database.run("INSERT INTO event (at, value) VALUES (?, ?)", event.at, JSON.stringify(event));
  }
  database.run("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", EVENTS_KEPT);
}

/** The newest `limit` events, the oldest of them first. Rows that cannot be understood are left out. */
export const readEvents = (database: Database, limit: number): readonly PoolEvent[] =>
  database
    .all("SELECT value FROM event ORDER BY at DESC, id DESC LIMIT ?", limit)
    .flatMap((row) => eventOf(row["value"]) ?? [])
    .reverse();

function eventOf(text: SqlValue | undefined): PoolEvent | undefined {
  try {
    const parsed: unknown = JSON.parse(String(text));
    const fits = isObject(parsed) && typeof parsed["type"] === "string" && typeof parsed["at"] === "number";
    return fits ? (parsed as unknown as PoolEvent) : undefined;
  } catch {
    return undefined;
  }
}
