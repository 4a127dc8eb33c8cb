import type { DurationMs, EpochMs } from "../core/account";
import type { Database } from "../ports/files";
import type { FactKind } from "./fact";
import { dropDeadPresences } from "./presence-rows";
import { TRIMMED, TRIMMED_KINDS, type TrimmedKind } from "./state-crowd";
import { dropOldHours } from "./usage-rows";

const DAY_MS: DurationMs = 86_400_000;

/** How often old rows are dropped. */
export const TIDY_EVERY_MS: DurationMs = 3_600_000;

/** How long usage is kept by the hour; the totals stay for ever. */
const USAGE_MS: DurationMs = 90 * DAY_MS;

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

/** A time in the future, from a clock that was wrong, must not put tidying off until then. */
function isDue(database: Database, now: EpochMs): boolean {
  const tidiedAt = Number(database.all("SELECT value FROM meta WHERE name = 'tidied'")[0]?.["value"] ?? 0);
  return Math.abs(now - tidiedAt) >= TIDY_EVERY_MS;
}

/** Drops what has outlived its use, at most once an hour among all processes. */
export function tidy(database: Database, now: EpochMs): void {
  if (!isDue(database, now)) return;
  database.transaction(() => {
    if (!isDue(database, now)) return;
    database.run("UPDATE meta SET value = ? WHERE name = 'tidied'", now);
    dropOldFacts(database, now);
    for (const kind of TRIMMED_KINDS) trim(database, kind);
    dropOldHours(database, now - USAGE_MS);
    dropDeadPresences(database, now);
  });
}
