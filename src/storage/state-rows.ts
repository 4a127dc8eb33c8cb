import type { Database, SqlValue } from "../ports/files";
import { FACT_KINDS, type Fact, type FactKind, fitsKind } from "./fact";
import type { FactName } from "./learnt";

/** A fact as another process left it. */
export interface FactRow {
  readonly name: FactName;
  readonly fact: Fact;
  readonly revision: number;
}

const isKind = (kind: SqlValue | undefined): kind is FactKind => FACT_KINDS.some((known) => known === kind);

const parse = (text: SqlValue | undefined): unknown => {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    // One damaged row is passed over; the shape check below refuses it.
    return undefined;
  }
};

function rowOf(row: Record<string, SqlValue>): FactRow | undefined {
  const { kind, key } = row;
  if (!isKind(kind)) return undefined;
  const value = parse(row["value"]);
  const isTombstone = row["value"] === null;
  if (!isTombstone && !fitsKind(kind, value)) return undefined;
  const fact: Fact = { value: isTombstone ? undefined : (value as Fact["value"]), liftedAt: Number(row["lifted_at"]) };
  return { name: { kind, key: String(key) }, fact, revision: Number(row["revision"]) };
}

/** What was written after `revision`, by anybody. Rows that cannot be understood are left out. */
export const readFacts = (database: Database, revision: number): readonly FactRow[] =>
  database
    .all("SELECT kind, key, revision, lifted_at, value FROM fact WHERE revision > ?", revision)
    .flatMap((row) => rowOf(row) ?? []);

/** The next revision; call it inside a transaction. */
export function nextRevision(database: Database): number {
  database.run("UPDATE meta SET value = value + 1 WHERE name = 'revision'");
  return Number(database.all("SELECT value FROM meta WHERE name = 'revision'")[0]?.["value"]);
}

/** The revision of the last write. */
export const currentRevision = (database: Database): number =>
  Number(database.all("SELECT value FROM meta WHERE name = 'revision'")[0]?.["value"]);

/** Tells one database from another that came in its place. */
export const readIdentity = (database: Database): number =>
  Number(database.all("SELECT value FROM meta WHERE name = 'identity'")[0]?.["value"] ?? 0);

/** Writes one fact over what is there; call it inside a transaction that has read what is there. */
export const writeFact = (database: Database, { name, fact, revision }: FactRow): void =>
  database.run(
    "INSERT OR REPLACE INTO fact (kind, key, revision, lifted_at, value) VALUES (?, ?, ?, ?, ?)",
    name.kind,
    name.key,
    revision,
    fact.liftedAt,
    fact.value === undefined ? null : JSON.stringify(fact.value),
  );
