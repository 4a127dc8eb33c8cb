import type { BackupFacts, Finding } from "../core/finding";
import { isSameAccount } from "../core/same-account";
import type { AccountEntry } from "../ports/account-store";
import type { Files } from "../ports/files";
import { entriesOf } from "./accounts-document";
import { type AccountsFileWorld, backupOf } from "./accounts-world";
import { isLackingIn } from "./lacking";
import { documentAt } from "./upkeep-accounts";
import { beside, stampOf } from "./upkeep-look";

const isPassing = (path: string): boolean => path.endsWith(".lock") || path.endsWith(".tmp");

/** Older and broken versions of the accounts file that were kept aside. */
export const copiesOf = (files: Files, target: string): readonly string[] =>
  beside(files, target).filter(
    (path) => !isPassing(path) && (path.startsWith(`${target}.corrupt-`) || path.startsWith(`${backupOf(target)}-`)),
  );

/** The accounts that only copies have, each of the newest that has it. */
function heldIn(world: AccountsFileWorld, target: string, paths: readonly string[]): readonly BackupFacts[] {
  const document = documentAt(world, target) ?? documentAt(world, backupOf(target));
  const isLacking = document === undefined ? () => true : isLackingIn(document);
  const told: AccountEntry[] = [];
  const changedAt = (path: string) => stampOf(world.files, path)?.mtimeMs ?? 0;
  return [...paths]
    .sort((a, b) => changedAt(b) - changedAt(a))
    .flatMap((path) => {
      const copy = documentAt(world, path);
      const entries = copy === undefined ? [] : entriesOf(copy).entries;
      const isTold = (entry: AccountEntry) =>
        told.some((each) => each.account.id === entry.account.id || isSameAccount(each, entry));
      const held = entries.filter((entry) => isLacking(entry) && !isTold(entry));
      told.push(...held);
      return held.length > 0 ? [{ path, labels: held.map(({ account }) => account.label) }] : [];
    });
}

/** What there is to say of copies that were kept. */
export function copyFindings(world: AccountsFileWorld, target: string): readonly Finding[] {
  const paths = copiesOf(world.files, target);
  return paths.length > 0 ? [{ kind: "copies", paths, held: heldIn(world, target, paths) }] : [];
}
