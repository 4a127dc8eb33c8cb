import type { Imported, ImportResult } from "../enrol/import-accounts";
import type { ForeignFormat } from "../ports/import";
import { counted, oneLine } from "../view/text";

type Done = Extract<ImportResult, { kind: "done" }>;

const NAMES: Readonly<Record<ForeignFormat, string>> = {
  pool: "accounts of gemini-pool",
  ancestor: "accounts of opencode-gemini-auth",
  antigravity: "accounts of opencode-antigravity-auth",
  opencode: "opencode's own google login",
  env: "variables",
};

const count = ({ items }: Done, result: Imported["result"]): number =>
  items.filter((item) => item.result === result).length;

function line({ result, place, label, as, why, needs }: Imported, verb: string): string {
  const who = label === undefined ? place : `${oneLine(label)} (${place})`;
  if (result === "known")
    return `  there    ${who}${as === undefined || as === label ? "" : `, here as ${oneLine(as)}`}`;
  if (result === "skipped") return `  skipped  ${who}: ${oneLine(why ?? "")}`;
  return `  ${verb.padEnd(8)} ${who}${needs === undefined ? "" : `: ${needs}`}`;
}

/** What an import did, for people: one line per account, then the sum. */
export function importReport(done: Done, isDryRun: boolean): string {
  const verb = isDryRun ? "to add" : "added";
  const sum = `${count(done, "added")} ${verb}, ${count(done, "known")} already there, ${count(done, "skipped")} skipped.`;
  const waiting = done.items.filter(({ needs }) => needs !== undefined).length;
  return `${[
    `Found ${NAMES[done.format]}.`,
    ...done.items.map((item) => line(item, verb)),
    ...done.notes,
    isDryRun ? `${sum} Nothing was changed.` : sum,
    ...(waiting === 0 || isDryRun
      ? []
      : [`${counted(waiting, "account")} cannot answer before a login: gemini-pool login`]),
  ].join("\n")}\n`;
}

/** The same for programs: a contract, fields are added, never changed or dropped. Null is "not known". */
export function importJson(done: Done, isDryRun: boolean): object {
  const items = done.items.map(({ result, place, label, id, as, why, needs }) => ({
    result,
    place,
    label: label ?? null,
    id: (isDryRun ? undefined : id) ?? null,
    as: as ?? null,
    why: why ?? null,
    needsLogin: needs !== undefined,
  }));
  const [added, known, skipped] = [count(done, "added"), count(done, "known"), count(done, "skipped")];
  return { format: done.format, dryRun: isDryRun, added, known, skipped, items, notes: done.notes };
}
