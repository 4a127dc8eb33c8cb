import type { AccountId } from "../account";
import type { MintedSignatures, SignatureHash } from "../signature";
import type { Binding } from "../state";

/** Whose thought signatures a conversation's history may hold, as far as the answering account can tell. */
export type History =
  /** All are its own. */
  | { readonly kind: "own" }
  /** Some may be others'; these are its own. */
  | { readonly kind: "mixed"; readonly own: readonly SignatureHash[] };

const OWN: History = { kind: "own" };

/**
 * Mixed from the moment a conversation has been answered by more than one account, with whichever model, or where its
 * history is unknown to us.
 */
export function historyOf(
  accountId: AccountId,
  binding: Binding | undefined,
  minted: MintedSignatures | undefined,
): History {
  const makers = Object.keys(minted?.by ?? {});
  const isKnown = binding?.accountId === accountId && !binding.isMixed;
  if (isKnown && makers.every((maker) => maker === accountId)) return OWN;
  return { kind: "mixed", own: minted?.by[accountId] ?? [] };
}
