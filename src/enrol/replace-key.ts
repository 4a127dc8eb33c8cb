import type { AccountId } from "../core/account";
import type { AddKeyParts, AddKeyResult, NewKey } from "./add-key";
import { checkKey, keyNotStored } from "./checked-key";
import { keyEnding, pastedKey } from "./pasted-key";
import { inOneLine, offWords, unpark, whyNot } from "./store-account";

/**
 * Gives an account of an API key another key, checked with Google like a new one; label, limits and what was used stay.
 * A key that belongs to another account is refused: two accounts would spend the same quota. Never throws.
 */
export async function replaceKey(
  accountId: AccountId,
  { key: pasted, force = false }: Pick<NewKey, "key" | "force">,
  parts: AddKeyParts,
): Promise<AddKeyResult> {
  const { store } = parts;
  const { entries } = store.current();
  const entry = entries.find(({ account }) => account.id === accountId);
  if (entry === undefined || entry.credential.kind !== "api-key")
    return { kind: "wrong", sentence: "There is no such account with an API key." };
  const read = pastedKey(pasted);
  if (read.kind === "wrong") return read;
  const { key } = read;
  const owner = entries.find(
    ({ account, credential }) => account.id !== accountId && credential.kind === "api-key" && credential.key === key,
  );
  if (owner !== undefined) return { kind: "wrong", sentence: `This key is there already as ${owner.account.label}.` };
  const { backend, label } = entry.account;
  const check = await checkKey(key, force, backend === "vertex" ? { ...parts, backend } : parts);
  if (check.kind !== "checked") return check;
  try {
    await store.update([{ type: "replace-credential", id: accountId, credential: { kind: "api-key", key } }]);
  } catch (error) {
    return keyNotStored(whyNot(error), key);
  }
  if (check.works) unpark(accountId, parts);
  const what = `${label} has the new key (${keyEnding(key)}).`;
  return { kind: "updated", id: accountId, label, sentence: inOneLine(what, offWords(entry.account), check.note) };
}
