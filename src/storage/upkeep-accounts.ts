import type { BackupFacts, Finding } from "../core/finding";
import { type OnDisk, readOnDisk } from "./account-reading";
import { type AccountsDocument, entriesOf, isFault } from "./accounts-document";
import { type AccountsFileWorld, backupOf } from "./accounts-world";
import { lackingOf } from "./backup";
import { deadLink } from "./lost-accounts";
import { clientsOf } from "./oauth-clients";
import { fieldFindings } from "./upkeep-fields";

/** What is in a file of accounts, if it can be read. */
export function documentAt(world: AccountsFileWorld, path: string): AccountsDocument | undefined {
  const { reading, document } = readOnDisk(world, path);
  return reading.kind === "text" && !isFault(document) ? document : undefined;
}

/** How people know the accounts of a document; one that is broken has no name. */
export const labelsOf = (document: AccountsDocument): readonly string[] =>
  entriesOf(document).entries.map(({ account }) => account.label);

function backupFacts(world: AccountsFileWorld, target: string): BackupFacts | undefined {
  const document = documentAt(world, backupOf(target));
  const labels = document ? labelsOf(document) : [];
  return labels.length > 0 ? { path: backupOf(target), labels } : undefined;
}

/** A good file: how many accounts, and what is wrong with some of them, with clients, and with names of fields. */
function goodFindings(world: AccountsFileWorld, target: string, document: AccountsDocument): readonly Finding[] {
  const { path } = world;
  const { entries, problems } = entriesOf(document);
  const real = target === path ? undefined : target;
  return [
    { kind: "accounts", path, real, accountCount: entries.length },
    ...problems.map((what): Finding => ({ kind: "account-broken", path, what })),
    ...clientsOf(document.rest).problems.map((what): Finding => ({ kind: "client-broken", path, what })),
    ...fieldFindings(path, document),
  ];
}

function backupBehind(
  world: AccountsFileWorld,
  target: string,
  { reading }: OnDisk,
  document: AccountsDocument,
): readonly Finding[] {
  const path = backupOf(target);
  const backup = readOnDisk(world, path);
  const held = lackingOf(backup, document).map(({ account }) => account.label);
  const behind = (because: "missing" | "older" | "broken"): readonly Finding[] => [
    { kind: "backup-behind", path, because, held },
  ];
  if (backup.reading.kind === "missing") return behind("missing");
  if (isFault(backup.document)) return behind("broken");
  const isSame = backup.reading.kind === "text" && reading.kind === "text" && backup.reading.text === reading.text;
  return isSame ? [] : behind("older");
}

function missingFinding(world: AccountsFileWorld, target: string): Finding {
  const { path } = world;
  const backup = backupFacts(world, target);
  const link = backup ? undefined : deadLink(world);
  return link ? { kind: "dead-link", ...link } : { kind: "accounts-missing", path, backup };
}

/** What there is to say about the accounts file and its backup. `target` is the file behind all links. */
export function accountsFindings(world: AccountsFileWorld, target: string): readonly Finding[] {
  const { path } = world;
  const onDisk = readOnDisk(world, target);
  const { reading, document, loss } = onDisk;
  if (reading.kind === "missing") return [missingFinding(world, target)];
  if (reading.kind === "unreadable") return [{ kind: "accounts-unreadable", path, code: reading.code }];
  if (loss) return [{ kind: "accounts-lossy", path, what: loss.what, remedy: loss.remedy }];
  if (!isFault(document))
    return [...goodFindings(world, target, document), ...backupBehind(world, target, onDisk, document)];
  if (document.code === "store/newer") return [{ kind: "accounts-newer", path }];
  const isBlank = reading.text.trim() === "";
  return [{ kind: "accounts-broken", path, what: document.what, isBlank, backup: backupFacts(world, target) }];
}
