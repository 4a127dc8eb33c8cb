import type { AccountId } from "../core/account";
import type { KeyFault, KeyProbe, KeyProbeRequest } from "../ports/upstream";
import { cleanLabel, numberedLabel } from "./account-label";
import { checkKey, keyNotStored } from "./checked-key";
import { keyEnding, pastedKey } from "./pasted-key";
import { projectFault } from "./project-id";
import { inOneLine, offWords, type StoreParts, storeAccount, unpark } from "./store-account";

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
export interface AddKeyParts extends StoreParts {
  readonly probe: KeyProbe;
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

/** Whether an account came of it. */
export const isAdded = (result: AddKeyResult): result is Exclude<AddKeyResult, Told> =>
  result.kind === "added" || result.kind === "updated";

/** Checks a key with Google and adds it. Never replaces another account; a known key is updated. Never throws. */
export async function addKey(given: NewKey, parts: AddKeyParts): Promise<AddKeyResult> {
  const pasted = pastedKey(given.key);
  if (pasted.kind === "wrong") return pasted;
  const quotaProject = given.quotaProject?.trim() || undefined;
  const fault = quotaProject === undefined ? undefined : projectFault(quotaProject);
  if (fault !== undefined) return { kind: "wrong", sentence: fault };
  const { backend = "gemini-api", force = false } = given;
  const how = given.backend === undefined ? parts : { ...parts, backend };
  const check = await checkKey(pasted.key, force, how);
  if (check.kind !== "checked") return check;
  const fresh = {
    label: cleanLabel(given.label) ?? numberedLabel(parts.store, NAMES[backend]),
    backend,
    credential: "api-key" as const,
    ...(quotaProject === undefined ? {} : { quotaProject }),
  };
  const stored = await storeAccount(fresh, { kind: "api-key", key: pasted.key }, parts);
  if (stored.kind === "failed") return keyNotStored(stored.why, pasted.key);
  const { kind, id, label, account } = stored;
  if (check.works) unpark(id, parts);
  const ending = keyEnding(pasted.key);
  const what =
    kind === "added"
      ? `Added ${label} (key ${ending}).`
      : `This key (${ending}) is already there as ${label}; it was updated.`;
  return { kind, id, label, sentence: inOneLine(what, offWords(account), check.note) };
}

const NAMES: Readonly<Record<KeyBackend, string>> = { "gemini-api": "key", vertex: "express" };
