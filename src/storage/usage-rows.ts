import type { EpochMs } from "../core/account";
import type { UsageEntry } from "../core/state";
import type { Database, SqlValue } from "../ports/files";
import { COUNTERS } from "./usage-sums";

const COLUMNS = "requests, ok, failed, input_tokens, output_tokens, cached_tokens, thought_tokens".split(", ");

const ADD_UP = COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`).join(", ");
const SUMS = COLUMNS.map((column, at) => `sum(u.${column}) AS ${COUNTERS[at]}`).join(", ");
const EACH = COLUMNS.map((column, at) => `u.${column} AS ${COUNTERS[at]}`).join(", ");

/** Each account and model there is, and its hours: a seek for each of them instead of a walk through a quarter. */
const HOURS = "usage_total t CROSS JOIN usage u ON u.account = t.account AND u.model = t.model";

const ADD_HOUR = `INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, model, hour) DO UPDATE SET ${ADD_UP}`;

const ADD_TOTAL = `INSERT INTO usage_total VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (account, model) DO UPDATE SET ${ADD_UP}`;

/** Adds to the counters; call it inside a transaction. */
export function addUsage(database: Database, usage: UsageEntry): void {
  const counts = COUNTERS.map((name) => usage[name]);
  database.run(ADD_HOUR, usage.accountId, usage.model, usage.hourAt, ...counts);
  database.run(ADD_TOTAL, usage.accountId, usage.model, ...counts);
}

/** One entry for each account, model and hour since `since`. */
export const readHours = (database: Database, since: EpochMs): readonly UsageEntry[] =>
  database.all(`SELECT u.account, u.model, u.hour, ${EACH} FROM ${HOURS} AND u.hour >= ?`, since).map(entryOf);

/** One entry for each account and model since `since`, at that hour. */
export const readSums = (database: Database, since: EpochMs): readonly UsageEntry[] =>
  database
    .all(
      `SELECT u.account, u.model, ? AS hour, ${SUMS} FROM ${HOURS} AND u.hour >= ? GROUP BY t.account, t.model`,
      since,
      since,
    )
    .map(entryOf);

/** One entry for each account and model over all time, at hour 0. */
export const readTotals = (database: Database): readonly UsageEntry[] =>
  database.all(`SELECT u.account, u.model, 0 AS hour, ${EACH} FROM usage_total u`).map(entryOf);

/** The models asked for since that hour. */
export const readModels = (database: Database, since: EpochMs): readonly string[] =>
  database
    .all(
      `SELECT DISTINCT t.model FROM usage_total t WHERE t.model <> '' AND EXISTS
         (SELECT 1 FROM usage u WHERE u.account = t.account AND u.model = t.model AND u.hour > ?)`,
      since,
    )
    .map(({ model }) => String(model));

/** Forgets the hours before `before`; the totals have them. */
export const dropOldHours = (database: Database, before: EpochMs): void =>
  database.run(
    `DELETE FROM usage WHERE (account, model, hour) IN
       (SELECT u.account, u.model, u.hour FROM ${HOURS} AND u.hour < ?)`,
    before,
  );

const entryOf = (row: Record<string, SqlValue>): UsageEntry => ({
  accountId: String(row["account"]),
  model: String(row["model"]),
  hourAt: Number(row["hour"]),
  requests: Number(row["requests"]),
  ok: Number(row["ok"]),
  failed: Number(row["failed"]),
  inputTokens: Number(row["inputTokens"]),
  outputTokens: Number(row["outputTokens"]),
  cachedTokens: Number(row["cachedTokens"]),
  thoughtTokens: Number(row["thoughtTokens"]),
});
