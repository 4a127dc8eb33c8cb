import type { AccountId, EpochMs } from "../core/account";
import { isSameAccount } from "../core/same-account";
import type { AccountEntry, AccountOperation } from "../ports/account-store";
import type { ForeignAccount, ForeignReading } from "../ports/import";
import { pastedKey } from "./pasted-key";
import { shownLabel } from "./shown-label";

/** What becomes of one account of the file. `label` is fit to be shown; `as`: how it is called here already. */
export type ImportItem =
  | { readonly kind: "add"; readonly place: string; readonly label: string; readonly entry: AccountEntry }
  | { readonly kind: "known"; readonly place: string; readonly label: string; readonly as: string }
  | { readonly kind: "skipped"; readonly place: string; readonly label?: string; readonly why: string };

/** What is there, and what new accounts are made with. */
export interface ImportGround {
  readonly known: readonly AccountEntry[];
  /** Ids of accounts that a person removed here. */
  readonly removed: ReadonlySet<AccountId>;
  newId(): AccountId;
  readonly now: EpochMs;
}

type Accounts = Extract<ForeignReading, { kind: "accounts" }>;

const REMOVED = "it was removed here; to have it back, add it by itself: gemini-pool login";
/** Ids that can be in the name of a lock. */
const FIT_ID = /^[\w-]{1,80}$/;

/** As ids are drawn here; a shorter one (`k1`) was given by a person, and may be somebody else's elsewhere. */
const DRAWN_ID = /^[\w-]{12,}$/;

/** Tokens that come and go are left behind: they end within the hour, and are asked for anew. */
function lasting({ account, credential }: AccountEntry): AccountEntry {
  if (credential.kind !== "oauth") return { account, credential };
  const { accessToken: _, expiresAt: __, ...login } = credential;
  return { account, credential: { ...login, generation: 0 } };
}

/** It keeps the id it has elsewhere unless somebody here has it: state that is copied along then fits. */
function asNew(given: AccountEntry, taken: ReadonlySet<AccountId>, { newId, now }: ImportGround): AccountEntry {
  const { account, credential } = lasting(given);
  const id = FIT_ID.test(account.id) && !taken.has(account.id) ? account.id : newId();
  return { account: { ...account, id, origin: "file", addedAt: account.addedAt || now }, credential };
}

/** Of an open quote, or a line that was torn: nothing that Google gives out. */
const TORN = /[^\x21-\x7e]/;

function faultOf({ entry: { account, credential } }: ForeignAccount, removed: ReadonlySet<AccountId>) {
  if (DRAWN_ID.test(account.id) && removed.has(account.id)) return REMOVED;
  if (credential.kind === "oauth" && TORN.test(credential.refreshToken)) return "its refresh token is not whole";
  if (credential.kind !== "api-key") return undefined;
  const pasted = pastedKey(credential.key);
  return pasted.kind === "wrong" ? pasted.sentence : undefined;
}

/** Decides what an import would do; changes nothing. Nothing that is there is replaced: what is known already is left alone. */
export function planImport({ accounts, faults }: Accounts, ground: ImportGround): readonly ImportItem[] {
  const here = [...ground.known];
  const taken = new Set([...here.map(({ account }) => account.id), ...ground.removed]);
  const items = accounts.map((foreign): ImportItem => {
    const { place, entry } = foreign;
    const label = shownLabel(entry.account.label);
    const same = here.find((each) => isSameAccount(each, entry));
    if (same) return { kind: "known", place, label, as: shownLabel(same.account.label) };
    const why = faultOf(foreign, ground.removed);
    if (why !== undefined) return { kind: "skipped", place, label, why };
    const added = asNew(entry, taken, ground);
    here.push(added);
    taken.add(added.account.id);
    return { kind: "add", place, label, entry: added };
  });
  return [...items, ...faults.map(({ place, why }): ImportItem => ({ kind: "skipped", place, why }))];
}

/** The changes that a plan comes to. */
export const operationsOf = (items: readonly ImportItem[]): readonly AccountOperation[] =>
  items.flatMap((item) => (item.kind === "add" ? [{ type: "add", ...item.entry }] : []));
