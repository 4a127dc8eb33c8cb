import { splitKeys } from "../core/key-list";
import { cleanLabel, freeLabel } from "./account-label";
import { type AddKeyParts, type AddKeyResult, addKey, isAdded, type KeyBackend, type NewKey } from "./add-key";
import { labelFault } from "./label-fault";
import { isOtherVariable, OTHER_VARIABLES } from "./pasted-key";

/** Keys as they were pasted, as `splitKeys` parts them. A label or project is that of all. */
export interface NewKeys extends Omit<NewKey, "key"> {
  readonly text: string;
}

const OTHER: Readonly<Record<KeyBackend, KeyBackend>> = { "gemini-api": "vertex", vertex: "gemini-api" };

const FOUND: Readonly<Record<KeyBackend, string>> = {
  "gemini-api": "It is a key of the Gemini API, so it was added as one.",
  vertex: "It is a key of Vertex AI's express mode, so it was added as one.",
};

/**
 * Adds one key; one that Google calls a key of another service is tried there, since nobody can tell them apart by their looks.
 * Never throws.
 */
export async function addKeyAnywhere(given: NewKey, parts: AddKeyParts): Promise<AddKeyResult> {
  const { backend = "gemini-api" } = given;
  const first = await addKey(given, parts);
  if (first.kind !== "refused" || first.fault !== "wrong-service") return first;
  const other = OTHER[backend];
  const { force: _, ...careful } = given;
  const second = await addKey({ ...careful, backend: other }, parts);
  return isAdded(second) ? { ...second, sentence: `${second.sentence} ${FOUND[other]}` } : first;
}

/** The lines of a private key are no variables, and go nowhere either. */
const PRIVATE_KEY = /-----BEGIN/;

/** What is wrong with all of it, before any of it is sent. */
function faultOf(text: string, label: string | undefined): string | undefined {
  const isOther = PRIVATE_KEY.test(text) || splitKeys(text).some(isOtherVariable);
  return isOther && !text.trimStart().startsWith("{") ? OTHER_VARIABLES : labelFault(label);
}

/**
 * Adds several keys, one after the other; what becomes of one says nothing of the next. Stops when the person gives up.
 * A text with other secrets among them is none of it sent: which of its pieces are keys, nobody can tell by their looks.
 */
export async function addKeys({ text, ...wish }: NewKeys, parts: AddKeyParts): Promise<readonly AddKeyResult[]> {
  const fault = faultOf(text, wish.label);
  if (fault !== undefined) return [{ kind: "wrong", sentence: fault }];
  const results: AddKeyResult[] = [];
  const label = cleanLabel(wish.label);
  for (const key of splitKeys(text)) {
    // One name for several is numbered.
    const name = label === undefined ? {} : { label: results.length === 0 ? label : freeLabel(parts.store, label) };
    const result = await addKeyAnywhere({ ...wish, key, ...name }, parts);
    results.push(result);
    if (result.kind === "aborted") break;
  }
  return results;
}
