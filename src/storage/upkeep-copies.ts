import type { BackupFacts, Finding } from "../core/finding";
import { isSameAccount } from "../core/same-account";
import type { AccountEntry } from "../ports/account-store";
import type { Files } from "../ports/files";
import { type AccountsDocument, entriesOf } from "./accounts-document";
import type { AccountsFileWorld } from "./accounts-world";
import { backupOf } from "./accounts-world";
import { isObject } from "./json";
import { documentAt } from "./upkeep-accounts";
import { beside, stampOf } from "./upkeep-look";

const isPassing = (path: string): boolean => path.endsWith(".lock") || path.endsWith(".tmp");

/** Older and broken versions of the accounts file that were kept aside. */
export const copiesOf = (files: Files, target: string): readonly string[] =>
  beside(files, target).filter(
    (path) => !isPassing(path) && (path.startsWith(`${target}.corrupt-`) || path.startsWith(`${backupOf(target)}-`)),
  );

const idsIn = (raws: readonly unknown[]): readonly unknown[] => raws.map((raw) => isObject(raw) && raw["id"]);

/** What is not lost: it is in the file, or in the backup that a restore brings back, or a person removed it. */
function keptIn(document: AccountsDocument | undefined): (entry: AccountEntry) => boolean {
  if (document === undefined) return () => false;
  const { accounts, removed } = document;
  // Also one whose key was replaced since, or that is broken: both are there.
  const ids = new Set([...idsIn(accounts), ...idsIn(removed)]);
  const { entries } = entriesOf(document);
  return (entry) => ids.has(entry.account.id) || entries.some((each) => isSameAccount(each, entry));
}

/** The accounts that only copies have, each of the newest that has it. */
function heldIn(world: AccountsFileWorld, target: string, paths: readonly string[]): readonly BackupFacts[] {
  const isKept = keptIn(documentAt(world, target) ?? documentAt(world, backupOf(target)));
  const told: AccountEntry[] = [];
  const changedAt = (path: string) => stampOf(world.files, path)?.mtimeMs ?? 0;
  return [...paths]
    .sort((a, b) => changedAt(b) - changedAt(a))
    .flatMap((path) => {
      const document = documentAt(world, path);
      const entries = document === undefined ? [] : entriesOf(document).entries;
      const isTold = (entry: AccountEntry) =>
        told.some((each) => each.account.id === entry.account.id || isSameAccount(each, entry));
      const held = entries.filter((entry) => !isKept(entry) && !isTold(entry));
      told.push(...held);
      return held.length > 0 ? [{ path, labels: held.map(({ account }) => account.label) }] : [];
    });
}

/** What there is to say of copies that were kept. */
export function copyFindings(world: AccountsFileWorld, target: string): readonly Finding[] {
  const paths = copiesOf(world.files, target);
  return paths.length > 0 ? [{ kind: "copies", paths, held: heldIn(world, target, paths) }] : [];
}
