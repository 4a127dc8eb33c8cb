import type { Account, AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import { PoolError } from "../core/errors";
import { withoutLoginFault } from "../core/health/next-health";
import { redact } from "../core/redact";
import { type AccountIdentity, isSameAccount } from "../core/same-account";
import type { AccountStore } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Chance, Clock } from "../ports/world";

/** What storing an account needs. */
export interface StoreParts {
  readonly store: AccountStore;
  readonly chance: Chance;
  readonly clock: Clock;
  /** Where given, an account that is stored anew is unparked. */
  readonly state?: StateStore;
}

/** What is known of a new account; the rest is as everywhere. With an id it is for the account that has it; else it gets one. */
export type NewAccount = Pick<Account, "label" | "backend" | "credential"> & Partial<Account>;

/** What became of it. `label` is the one it has now: a known account keeps its own. */
export type StoredAccount =
  | { readonly kind: "added" | "updated"; readonly id: AccountId; readonly label: string; readonly account: Account }
  /** `why`: what the store says, as it is. */
  | { readonly kind: "failed"; readonly sentence: string; readonly why: string };

/** Puts an account into the store; a known one keeps its id, label and settings and takes the newer credential. Never throws. */
export async function storeAccount(
  fresh: NewAccount,
  credential: Credential,
  { store, chance, clock }: StoreParts,
): Promise<StoredAccount> {
  const account: Account = {
    id: chance.id(),
    origin: "file",
    enabled: true,
    priority: 0,
    tags: [],
    addedAt: clock.now(),
    ...fresh,
  };
  try {
    const [result] = await store.update([{ type: "add", account, credential, isAgain: fresh.id !== undefined }]);
    const id = result?.id ?? account.id;
    const kept = store.current().entries.find((entry) => entry.account.id === id)?.account ?? { ...account, id };
    return { kind: result?.effect === "added" ? "added" : "updated", id, label: kept.label, account: kept };
  } catch (error) {
    const why = whyNot(error);
    return { kind: "failed", why, sentence: `Google has let you in, but the account was not stored: ${redact(why)}` };
  }
}

/** What a store says that cannot write. */
export const whyNot = (error: unknown): string =>
  error instanceof PoolError ? error.message : "the accounts file could not be written.";

/** The account besides `id` that has this credential in this place already: two would spend the same quota. */
export const takenBy = (
  store: Pick<AccountStore, "current">,
  id: AccountId,
  wanted: AccountIdentity,
): Account | undefined =>
  store.current().entries.find((entry) => entry.account.id !== id && isSameAccount(entry, wanted))?.account;

/** What else is to be said of an account that was stored; a login does not switch it on. */
export const offWords = ({ enabled }: Account): string =>
  enabled ? "" : "It is switched off: enabled in the accounts file.";

/** Sentences, those that say something. */
export const inOneLine = (...sentences: readonly string[]): string => sentences.filter((text) => text !== "").join(" ");

/** Google has just taken the credential: what the pool learnt against the account is out of date. */
export function unpark(accountId: AccountId, { state, clock }: Pick<StoreParts, "state" | "clock">): void {
  if (state === undefined) return;
  const now = clock.now();
  const { parked, health } = state.current();
  if (parked.has(accountId)) state.apply([{ type: "account.unparked", accountId, at: now }]);
  const before = health.get(accountId);
  if (before?.loginFault !== undefined) state.apply([{ type: "health.set", health: withoutLoginFault(before, now) }]);
}
