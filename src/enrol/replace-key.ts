import type { Account, AccountId } from "../core/account";
import type { Cooldown } from "../core/cooldown";
import { quotaScopeOf } from "../core/scope";
import type { AddKeyParts, AddKeyResult, NewKey } from "./add-key";
import { checkKey, keyNotStored } from "./checked-key";
import { keyEnding, pastedKey } from "./pasted-key";
import { inOneLine, offWords, unpark, whyNot } from "./store-account";

/**
 * What the old key had used up says nothing of the new one, which may be of another project. Where the user has named the project, it
 * is the same, and its pauses hold.
 */
function endPauses(account: Account, { state, clock }: AddKeyParts): void {
  if (state === undefined || account.quotaProject !== undefined) return;
  const [quotaScope, now] = [quotaScopeOf(account), clock.now()];
  const isOwn = ({ scope }: Cooldown) =>
    (scope.kind === "account" && scope.accountId === account.id) ||
    (scope.kind === "quota" && scope.quotaScope === quotaScope);
  const own = [...state.current().cooldowns].filter(([, cooldown]) => isOwn(cooldown));
  state.apply(own.map(([key]) => ({ type: "cooldown.lifted", key, at: now })));
}

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
  if (check.works) {
    unpark(accountId, parts);
    endPauses(entry.account, parts);
  }
  const what = `${label} has the new key (${keyEnding(key)}).`;
  return { kind: "updated", id: accountId, label, sentence: inOneLine(what, offWords(entry.account), check.note) };
}
