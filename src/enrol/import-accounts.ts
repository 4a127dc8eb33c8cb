import type { AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import { PoolError } from "../core/errors";
import type { AccountStore, OperationResult } from "../ports/account-store";
import type { ForeignFormat, ForeignReading } from "../ports/import";
import type { StateStore } from "../ports/state-store";
import type { Chance, Clock } from "../ports/world";
import { type ImportItem, operationsOf, planImport } from "./import-plan";
import { loginFault, parkClientless } from "./park-clientless";

/** What importing needs of the world. */
export interface ImportParts {
  readonly store: AccountStore;
  readonly state: StateStore;
  readonly chance: Chance;
  readonly clock: Clock;
  /** Ids of accounts that a person removed here, as the accounts file remembers them. */
  removed(): ReadonlySet<AccountId>;
  markOf(credential: Credential): string;
}

/** What became of one account. Holds no secret and no whole e-mail. `needs`: what must happen before it can answer. */
export interface Imported {
  readonly result: "added" | "known" | "skipped";
  readonly place: string;
  readonly label?: string;
  readonly id?: AccountId;
  /** How a known one is called here. */
  readonly as?: string;
  readonly why?: string;
  readonly needs?: string;
}

/** What an import did, or would do. `failed`: nothing was changed. */
export type ImportResult =
  | {
      readonly kind: "done";
      readonly format: ForeignFormat;
      readonly items: readonly Imported[];
      readonly notes: readonly string[];
    }
  | { readonly kind: "failed"; readonly sentence: string };

/**
 * Adds the accounts of a foreign file; replaces and removes nothing. Google is not asked: the first call shows what each is worth.
 * With `isDryRun` it only says what it would do. Never throws.
 */
export async function importAccounts(
  reading: ForeignReading,
  parts: ImportParts,
  { isDryRun = false }: { readonly isDryRun?: boolean } = {},
): Promise<ImportResult> {
  if (reading.kind === "wrong") return { kind: "failed", sentence: reading.sentence };
  const { store, chance, clock, removed } = parts;
  try {
    const ground = { known: store.current().entries, removed: removed(), newId: chance.id, now: clock.now() };
    const plan = planImport(reading, ground);
    const items = isDryRun ? plan.map((item) => told(item)) : await carryOut(plan, parts);
    return { kind: "done", format: reading.format, items, notes: reading.notes };
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    return { kind: "failed", sentence: error.message };
  }
}

async function carryOut(plan: readonly ImportItem[], { store, state, clock, markOf }: ImportParts) {
  const operations = operationsOf(plan);
  const results = operations.length === 0 ? [] : [...(await store.update(operations))];
  const done = plan.map((item) => ({ item, stored: item.kind === "add" ? results.shift() : undefined }));
  const entries = done.flatMap(({ item, stored }) =>
    item.kind === "add" && stored?.effect === "added"
      ? [{ ...item.entry, account: { ...item.entry.account, id: stored.id } }]
      : [],
  );
  parkClientless(entries, { state, now: clock.now(), markOf });
  return done.map(({ item, stored }) => told(item, stored));
}

/** The store has the last word: another process may have added the same account meanwhile. */
function told(item: ImportItem, stored?: OperationResult): Imported {
  const { place } = item;
  if (item.kind === "skipped") {
    return { result: "skipped", place, why: item.why, ...(item.label === undefined ? {} : { label: item.label }) };
  }
  if (item.kind === "known") return { result: "known", place, label: item.label, as: item.as };
  const { label, entry } = item;
  if (stored && stored.effect !== "added") return { result: "known", place, label, as: label };
  const needs = loginFault(entry.credential);
  return {
    result: "added",
    place,
    label,
    id: stored?.id ?? entry.account.id,
    ...(needs === undefined ? {} : { needs }),
  };
}
