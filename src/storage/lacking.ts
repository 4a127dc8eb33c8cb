import { isSameAccount } from "../core/same-account";
import type { AccountEntry } from "../ports/account-store";
import { type AccountsDocument, entriesOf } from "./accounts-document";
import { isObject } from "./json";

const idsIn = (raws: readonly unknown[]): readonly unknown[] => raws.map((raw) => isObject(raw) && raw["id"]);

/**
 * Whether a document lacks an account: it is neither in it, be it broken or with another key by now, nor was it removed by a person,
 * nor is the same account there under another id.
 */
export function isLackingIn(document: AccountsDocument): (entry: AccountEntry) => boolean {
  const ids = new Set([...idsIn(document.accounts), ...idsIn(document.removed)]);
  const { entries } = entriesOf(document);
  return (entry) => !ids.has(entry.account.id) && !entries.some((each) => isSameAccount(each, entry));
}
