import type { AccountId } from "../../core/account";
import { isFault, parseDocument } from "../accounts-document";
import { isObject } from "../json";

const NOBODY: ReadonlySet<AccountId> = new Set();

/** The accounts that a person removed, as the text of the accounts file remembers them; none where it cannot be read. */
export function removedIds(text: string | undefined): ReadonlySet<AccountId> {
  if (text === undefined || text.trim() === "") return NOBODY;
  const document = parseDocument(text);
  if (isFault(document)) return NOBODY;
  return new Set(
    document.removed.flatMap((raw) => (isObject(raw) && typeof raw["id"] === "string" ? [raw["id"]] : [])),
  );
}
