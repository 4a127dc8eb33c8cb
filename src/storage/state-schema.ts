import type { Database } from "../ports/files";

/**
 * What makes a database of one version out of the one before, the first out of nothing; the version is kept in SQLite's own
 * user_version. A step that has been published is never changed.
 * `fact.revision` grows with every write of any process, so that a reader fetches only what is new to it; a fact without a
 * value is a tombstone. `usage` holds hours, `usage_total` all time, so that nobody has to add up a quarter for a total.
 */
const STEPS: readonly (readonly string[])[] = [
  [
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
  ],
  [
    `CREATE TABLE usage_total (
       account TEXT NOT NULL, model TEXT NOT NULL,
       requests INTEGER NOT NULL, ok INTEGER NOT NULL, failed INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
       output_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, thought_tokens INTEGER NOT NULL,
       PRIMARY KEY (account, model)) WITHOUT ROWID`,
    `INSERT INTO usage_total SELECT account, model, sum(requests), sum(ok), sum(failed), sum(input_tokens),
       sum(output_tokens), sum(cached_tokens), sum(thought_tokens) FROM usage GROUP BY account, model`,
    // Version 1 kept there what was older than it kept hours.
    "DELETE FROM usage WHERE hour = 0",
    "CREATE TABLE presence (process TEXT PRIMARY KEY, beat_at INTEGER NOT NULL, in_flight TEXT NOT NULL) WITHOUT ROWID",
    "INSERT OR IGNORE INTO meta VALUES ('identity', abs(random() % 9007199254740991))",
    "CREATE TABLE event (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL)",
  ],
];

/** The tables that each version adds. */
const TABLES = [
  ["meta", "fact", "usage"],
  ["usage_total", "presence", "event"],
];

const versionOf = (database: Database): number => Number(database.all("PRAGMA user_version")[0]?.["user_version"] ?? 0);

/** A file that says it is ours and is not: another program's, or one that somebody has cut tables out of. */
function hasTables(database: Database, version: number): boolean {
  const names = new Set(database.all("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name));
  return TABLES.slice(0, version)
    .flat()
    .every((name) => names.has(name));
}

/** What a database is to this version of the plugin. */
export type SchemaState = "ready" | "newer" | "foreign";

function stateOf(database: Database): SchemaState {
  const version = versionOf(database);
  if (version > STEPS.length) return "newer";
  return hasTables(database, version) ? "ready" : "foreign";
}

/** Takes an older database, or an empty one, to this version: all of it or nothing, once among all processes. */
export function prepareSchema(database: Database): SchemaState {
  const before = stateOf(database);
  if (before !== "ready" || versionOf(database) === STEPS.length) return before;
  database.transaction(() => {
    // Asked again under the write lock: another process may have done it meanwhile.
    if (versionOf(database) > STEPS.length) return;
    for (const step of STEPS.slice(versionOf(database))) for (const statement of step) database.run(statement);
    database.run(`PRAGMA user_version = ${STEPS.length}`);
  });
  return stateOf(database);
}
