import type { Account, AccountId } from "../core/account";
import { PoolError } from "../core/errors";
import type { AccountStore, OperationResult } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { KeyFault, KeyProbe, KeyProbeRequest } from "../ports/upstream";
import type { Chance, Clock } from "../ports/world";
import { cleanLabel, numberedLabel } from "./account-label";
import { hidden, judge } from "./key-verdict";
import { keyEnding, pastedKey } from "./pasted-key";
import { offWords } from "./store-account";
import { probeInTime } from "./timed-probe";

/** What a key can be for. */
export type KeyBackend = NonNullable<KeyProbeRequest["backend"]>;

/** What a person gave. `force` keeps a key that could not be checked; one that Google refused is never kept. */
export interface NewKey {
  readonly key: string;
  readonly label?: string;
  /** What it is for; default the Gemini API. For Vertex AI it is a key of express mode. */
  readonly backend?: KeyBackend;
  /** The project whose quota the key spends, where it is known: keys of one project share it. */
  readonly quotaProject?: string;
  readonly force?: boolean;
}

/** What adding needs of the world. */
export interface AddKeyParts {
  readonly store: AccountStore;
  readonly probe: KeyProbe;
  readonly chance: Chance;
  readonly clock: Clock;
  /** Where given, a parked account whose key works again is unparked. */
  readonly state?: StateStore;
  readonly signal?: AbortSignal;
}

/**
 * What became of a key. `sentence` is for the person who gave it and shows four of its characters at most.
 * `wrong`: not a key at all. `refused`: Google says no. `unchecked`: Google could not be asked, nothing is stored.
 */
export type AddKeyResult =
  | { readonly kind: "added" | "updated"; readonly id: AccountId; readonly label: string; readonly sentence: string }
  | { readonly kind: "refused"; readonly sentence: string; readonly fault?: KeyFault }
  | { readonly kind: "wrong" | "unchecked" | "failed" | "aborted"; readonly sentence: string };

type Told = Exclude<AddKeyResult, { id: AccountId }>;

const refusal = (sentence: string, fault: KeyFault | undefined): AddKeyResult =>
  fault === undefined ? { kind: "refused", sentence } : { kind: "refused", sentence, fault };

/** Whether an account came of it. */
export const isAdded = (result: AddKeyResult): result is Exclude<AddKeyResult, Told> =>
  result.kind === "added" || result.kind === "updated";

/** Checks a key with Google and adds it. Never replaces another account; a known key is updated. Never throws. */
export async function addKey(given: NewKey, parts: AddKeyParts): Promise<AddKeyResult> {
  const pasted = pastedKey(given.key);
  if (pasted.kind === "wrong") return pasted;
  const quotaProject = given.quotaProject?.trim() || undefined;
  if (quotaProject !== undefined && !PROJECT.test(quotaProject)) return { kind: "wrong", sentence: WRONG_PROJECT };
  const { key } = pasted;
  const { backend = "gemini-api" } = given;
  const probed = await probeInTime(key, { ...parts, ...(given.backend === undefined ? {} : { backend }) });
  const judged = judge(probed, key);
  if (judged.verdict === "aborted") return GIVEN_UP;
  if (judged.verdict === "refused")
    return refusal(judged.sentence, probed.kind === "refused" ? probed.fault : undefined);
  const works = judged.verdict === "works";
  if (!works && !given.force) return { kind: "unchecked", sentence: uncheckedWords(judged.sentence) };
  const note = works ? judged.sentence : `It could not be checked (${judged.sentence}).`;
  const result = await store({ key, backend, quotaProject, label: given.label, note }, parts);
  if (works && isAdded(result)) unpark(result.id, parts);
  return result;
}

const GIVEN_UP: AddKeyResult = { kind: "aborted", sentence: "Given up: nothing was stored." };

/** Google has just taken the key: what the pool learnt against it is out of date. */
function unpark(accountId: AccountId, { state, clock }: AddKeyParts): void {
  if (state?.current().parked.has(accountId)) state.apply([{ type: "account.unparked", accountId, at: clock.now() }]);
}

const uncheckedWords = (sentence: string): string =>
  `The key could not be checked, so nothing was stored: ${sentence}.`;

/** Project ids, numbers, and ids with a domain ("example.com:app-1"). */
const PROJECT = /^[a-z0-9][a-z0-9.:-]*$/i;
const WRONG_PROJECT = "That is not the id of a Google Cloud project: letters, digits, dots, colons and hyphens only.";

interface CheckedKey {
  readonly key: string;
  readonly backend: KeyBackend;
  readonly quotaProject: string | undefined;
  readonly label: string | undefined;
  /** What the probe had to say besides yes. */
  readonly note: string;
}

async function store(checked: CheckedKey, { store, chance, clock }: AddKeyParts): Promise<AddKeyResult> {
  const { key, backend, quotaProject, note } = checked;
  const account: Account = {
    id: chance.id(),
    label: cleanLabel(checked.label) ?? numberedLabel(store, NAMES[backend]),
    backend,
    credential: "api-key",
    origin: "file",
    enabled: true,
    priority: 0,
    tags: [],
    addedAt: clock.now(),
    ...(quotaProject === undefined ? {} : { quotaProject }),
  };
  try {
    const [result] = await store.update([{ type: "add", account, credential: { kind: "api-key", key } }]);
    return told({ result, account, ending: keyEnding(key), note, store });
  } catch (error) {
    const why = error instanceof PoolError ? error.message : "the accounts file could not be written.";
    return { kind: "failed", sentence: `The key is good, but was not stored: ${hidden(why, key)}` };
  }
}

interface Stored {
  readonly result: OperationResult | undefined;
  readonly account: Account;
  readonly ending: string;
  readonly note: string;
  readonly store: AccountStore;
}

/** The store says what it did: a key it had already keeps its id, and possibly its name. */
function told({ result, account, ending, note, store }: Stored): AddKeyResult {
  const id = result?.id ?? account.id;
  const kept = store.current().entries.find((entry) => entry.account.id === id)?.account ?? account;
  const { label } = kept;
  const added = result?.effect === "added";
  const what = added
    ? `Added ${label} (key ${ending}).`
    : `This key (${ending}) is already there as ${label}; it was updated.`;
  return {
    kind: added ? "added" : "updated",
    id,
    label,
    sentence: [what, offWords(kept), note].filter((text) => text !== "").join(" "),
  };
}

const NAMES: Readonly<Record<KeyBackend, string>> = { "gemini-api": "key", vertex: "express" };
