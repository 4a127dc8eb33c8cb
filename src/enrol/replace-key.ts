import type { AccountId } from "../core/account";
import { PoolError } from "../core/errors";
import type { AddKeyParts, AddKeyResult, NewKey } from "./add-key";
import { hidden, judge } from "./key-verdict";
import { keyEnding, pastedKey } from "./pasted-key";
import { offWords, unpark } from "./store-account";
import { probeInTime } from "./timed-probe";

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
  const asked = backend === "vertex" ? { ...parts, backend } : parts;
  const judged = judge(await probeInTime(key, asked), key);
  if (judged.verdict === "aborted") return { kind: "aborted", sentence: "Given up: nothing was stored." };
  if (judged.verdict === "refused") return { kind: "refused", sentence: judged.sentence };
  if (judged.verdict === "unknown" && !force)
    return { kind: "unchecked", sentence: `The key could not be checked, so nothing was stored: ${judged.sentence}.` };
  try {
    await store.update([{ type: "replace-credential", id: accountId, credential: { kind: "api-key", key } }]);
  } catch (error) {
    const why = error instanceof PoolError ? error.message : "the accounts file could not be written.";
    return { kind: "failed", sentence: `The key is good, but was not stored: ${hidden(why, key)}` };
  }
  if (judged.verdict === "works") unpark(accountId, parts);
  const note = judged.verdict === "unknown" ? `It could not be checked (${judged.sentence}).` : judged.sentence;
  const said = [`${label} has the new key (${keyEnding(key)}).`, offWords(entry.account), note];
  const sentence = said.filter((text) => text !== "").join(" ");
  return { kind: "updated", id: accountId, label, sentence };
}
