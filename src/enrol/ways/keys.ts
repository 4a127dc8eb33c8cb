import type { AddKeyParts, AddKeyResult, KeyBackend, NewKey } from "../add-key";
import { isAdded } from "../add-key";
import { addKeys } from "../add-keys";
import type { Answers, Conversation, Question, Way, WayResult } from "../way";
import type { WaysParts } from "./parts";
import { KEY_PROJECT, LABEL } from "./questions";

const KEYS: Question = {
  key: "keys",
  message: "API key (several: one per line, or with commas)",
  kind: "secret",
  placeholder: "AIza… or AQ.…",
};

const EXPRESS_KEYS: Question = { ...KEYS, message: "Key of express mode (several: one per line, or with commas)" };

/** What checking and storing keys needs, while this conversation lasts. */
export const keyParts = (
  { store, state, keyProbe, chance, clock }: WaysParts,
  { signal }: Conversation,
): AddKeyParts => ({ store, state, probe: keyProbe, chance, clock, signal });

/** An API key of the Gemini API. */
export const apiKeyWay = (parts: WaysParts): Way => ({
  id: "api-key",
  title: "A Gemini API key",
  hint: "From https://aistudio.google.com/apikey. Several at once are welcome.",
  questions: () => [KEYS, LABEL, KEY_PROJECT],
  run: (answers, conversation) => run("gemini-api", answers, keyParts(parts, conversation)),
});

/** An API key of Vertex AI in express mode. */
export const expressKeyWay = (parts: WaysParts): Way => ({
  id: "express-key",
  title: "A key of Vertex AI's express mode",
  hint: "From the Google Cloud console: Vertex AI Studio, Get API key.",
  questions: () => [EXPRESS_KEYS, LABEL],
  run: (answers, conversation) => run("vertex", answers, keyParts(parts, conversation)),
});

async function run(backend: KeyBackend, answers: Answers, parts: AddKeyParts): Promise<WayResult> {
  const { keys: text = "", label, project, force } = answers;
  const wish: Omit<NewKey, "key"> = {
    ...(backend === "gemini-api" ? {} : { backend }),
    ...(label === undefined ? {} : { label }),
    ...(project === undefined ? {} : { quotaProject: project }),
    ...(force === "yes" ? { force: true } : {}),
  };
  return keysResult(await addKeys({ text, ...wish }, parts));
}

/** What is said of keys: one by its own sentence, several with a line each. */
export function keysResult(results: readonly AddKeyResult[]): WayResult {
  const added = results.filter(isAdded);
  const failed = results.filter((result) => !isAdded(result));
  const [first] = added;
  const lines = results.map((result, index) =>
    isAdded(result) || results.length === 1 ? result.sentence : `Key ${index + 1}: ${result.sentence}`,
  );
  const total = results.length > 1 ? [`${added.length} of ${results.length} keys are in the pool.`] : [];
  return {
    ok: first !== undefined,
    sentence: [...lines, ...total].join("\n"),
    ...(first === undefined ? {} : { id: first.id, isNew: added.some(({ kind }) => kind === "added") }),
    ...(failed.length > 0 && failed.every(({ kind }) => kind === "wrong") ? { isWrong: true } : {}),
    ...(failed.some(({ kind }) => kind === "unchecked") ? { isUnchecked: true } : {}),
    ...(results.length > 1 ? { failedCount: failed.length } : {}),
  };
}
