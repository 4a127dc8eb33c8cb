import { cleanLabel, freeLabel } from "./account-label";
import { type AddKeyParts, type AddKeyResult, addKey, isAdded, type KeyBackend, type NewKey } from "./add-key";

/** Keys as they were pasted: one per line or with commas between them. A label or project is that of all. */
export interface NewKeys extends Omit<NewKey, "key"> {
  readonly text: string;
}

/** The pieces of a paste: no empty ones, no comments, none twice. Never none: an empty paste is one empty piece. */
export function splitKeys(text: string): readonly string[] {
  if (text.trimStart().startsWith("{")) return [text];
  const pieces = text
    .split(/[\r\n,]+/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "" && !piece.startsWith("#"));
  return pieces.length === 0 ? [""] : [...new Set(pieces)];
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

/** Adds several keys, one after the other; what becomes of one says nothing of the next. Stops when the person gives up. */
export async function addKeys({ text, ...wish }: NewKeys, parts: AddKeyParts): Promise<readonly AddKeyResult[]> {
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
