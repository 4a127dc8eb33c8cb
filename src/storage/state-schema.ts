import type { DurationMs, EpochMs } from "../core/account";
import type { Database } from "../ports/files";
import type { FactKind } from "./fact";

/** Grows with every change of the tables; kept in SQLite's own user_version. */
const SCHEMA_VERSION = 1;

const COUNTER_COLUMNS = "requests, ok, failed, input_tokens, output_tokens, cached_tokens, thought_tokens";

/**
 * `fact.revision` grows with every write of any process, so that a reader fetches only what is new to it.
 * A fact without a value is a tombstone.
 */
const TABLES = [
  "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
  `CREATE TABLE IF NOT EXISTS fact (
     kind TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, lifted_at INTEGER NOT NULL, value TEXT,
     PRIMARY KEY (kind, key)) WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS fact_revision ON fact (revision)",
  `CREATE TABLE IF NOT EXISTS usage (
     account TEXT NOT NULL, model TEXT NOT NULL, hour INTEGER NOT NULL,
     requests INTEGER NOT NULL, ok INTEGER NOT NULL, failed INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
     output_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, thought_tokens INTEGER NOT NULL,
     PRIMARY KEY (account, model, hour)) WITHOUT ROWID`,
  "INSERT OR IGNORE INTO meta VALUES ('revision', 0), ('tidied', 0)",
  `PRAGMA user_version = ${SCHEMA_VERSION}`,
];

const DAY_MS: DurationMs = 86_400_000;
const TIDY_EVERY_MS: DurationMs = 3_600_000;
const USAGE_DAYS = 90;

/** Kinds that grow with every conversation: beyond so many the longest unused go. `newest`: the time that counts. */
export const TRIMMED = {
  binding: { max: 10_000, newest: "lastAnswerAt" },
  // A conversation's signatures may be a kilobyte and more. An old one's become placeholders, and that is all.
  signatures: { max: 500, newest: "updatedAt" },
} as const;

export type TrimmedKind = keyof typeof TRIMMED;

export const TRIMMED_KINDS = Object.keys(TRIMMED) as readonly TrimmedKind[];

/** How long after which moment a fact is of no use any more. Parked states stay: only a person ends them. */
const LIFETIMES: readonly (readonly [FactKind, string, DurationMs])[] = [
  ["cooldown", "until", DAY_MS],
  ["binding", "lastAnswerAt", 7 * DAY_MS],
  ["health", "updatedAt", 30 * DAY_MS],
  ["quota", "updatedAt", 35 * DAY_MS],
  ["circuit", "updatedAt", DAY_MS],
  ["suspicion", "updatedAt", DAY_MS],
  ["link", "until", DAY_MS],
  ["signatures", "updatedAt", 7 * DAY_MS],
];

/** 0 for a value that is not JSON, so that it counts as old. */
const field = (name: string) =>
  `CASE WHEN json_valid(value) THEN coalesce(json_extract(value, '$.${name}'), 0) ELSE 0 END`;

const numberOf = (database: Database, sql: string): number => Number(Object.values(database.all(sql)[0] ?? {})[0] ?? 0);

/** Creates what is missing; false where a newer version of the plugin made the tables. */
export function prepareSchema(database: Database): boolean {
  const version = numberOf(database, "PRAGMA user_version");
  if (version < SCHEMA_VERSION) {
    database.transaction(() => {
      for (const statement of TABLES) database.run(statement);
    });
  }
  return version <= SCHEMA_VERSION;
}

const dropOldFacts = (database: Database, now: EpochMs): void => {
  for (const [kind, name, lifetimeMs] of LIFETIMES) {
    database.run(
      `DELETE FROM fact WHERE kind = ? AND value IS NOT NULL AND ${field(name)} < ?`,
      kind,
      now - lifetimeMs,
    );
  }
  database.run("DELETE FROM fact WHERE value IS NULL AND lifted_at < ?", now - DAY_MS);
};

/** Keeps the most recently used of a kind. */
export const trim = (database: Database, kind: TrimmedKind): void =>
  database.run(
    `DELETE FROM fact WHERE kind = ? AND key IN
       (SELECT key FROM fact WHERE kind = ? ORDER BY ${field(TRIMMED[kind].newest)} DESC LIMIT -1 OFFSET ${TRIMMED[kind].max})`,
    kind,
    kind,
  );

const ADD_UP = COUNTER_COLUMNS.split(", ")
  .map((column) => `${column} = ${column} + excluded.${column}`)
  .join(", ");

/** Adds a row of counters to what is there. */
export const ADD_USAGE = `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, model, hour) DO UPDATE SET ${ADD_UP}`;

/** Hours long past become one row, at hour 0, so that the totals stay true and the table stays small. */
const foldOldUsage = (database: Database, now: EpochMs): void => {
  const before = now - USAGE_DAYS * DAY_MS;
  const sums = COUNTER_COLUMNS.split(", ").map((column) => `sum(${column})`);
  database.run(
    `INSERT INTO usage SELECT account, model, 0, ${sums.join(", ")} FROM usage
       WHERE hour > 0 AND hour < ? GROUP BY account, model
       ON CONFLICT (account, model, hour) DO UPDATE SET ${ADD_UP}`,
    before,
  );
  database.run("DELETE FROM usage WHERE hour > 0 AND hour < ?", before);
};

/** Drops what has outlived its use, at most once an hour among all processes. */
export function tidy(database: Database, now: EpochMs): void {
  const isDue = () => now - numberOf(database, "SELECT value FROM meta WHERE name = 'tidied'") >= TIDY_EVERY_MS;
  if (!isDue()) return;
  database.transaction(() => {
    if (!isDue()) return;
    database.run("UPDATE meta SET value = ? WHERE name = 'tidied'", now);
    dropOldFacts(database, now);
    for (const kind of TRIMMED_KINDS) trim(database, kind);
    foldOldUsage(database, now);
  });
}
