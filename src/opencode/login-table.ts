import type { AuthHook } from "@opencode-ai/plugin";
import { SEAT_TERMS } from "../enrol/seat-words";
import type { Question, WayId } from "../enrol/way";
import { LABEL, LOCATION, PROJECT, SEAT_PROJECT } from "../enrol/ways/questions";

type Prompt = NonNullable<AuthHook["methods"][number]["prompts"]>[number];

/** A way in as opencode's menus show it. */
export interface WayEntry {
  readonly id: WayId;
  /** Also what `opencode auth login -m` takes, in any case. */
  readonly label: string;
  /** By the keys of the way's questions, since what is answered here is given to it. */
  readonly prompts: readonly Prompt[];
}

/** opencode hides nothing that is typed, and has nothing for a path or a secret but a line of text. */
function promptOf({ key, message, placeholder, isOptional, fault }: Question): Prompt {
  return {
    type: "text",
    key,
    message: isOptional ? `${message} (optional)` : message,
    ...(placeholder === undefined || placeholder === "optional" ? {} : { placeholder }),
    validate: (answer) => {
      if (answer.trim() !== "") return fault?.(answer.trim());
      return isOptional ? undefined : "This is needed. Ctrl+C leaves.";
    },
  };
}

const KEYS: Question = {
  key: "keys",
  message: "API key (make one at https://aistudio.google.com/apikey; several with commas)",
  kind: "secret",
};
const EXPRESS_KEYS: Question = { ...KEYS, message: "API key of Vertex AI's express mode (several with commas)" };
const KEY_FILE: Question = {
  key: "file",
  message: "Key file of the service account",
  kind: "file",
  placeholder: "~/service-account.json",
};

/** The ways ask for it only where it is open; what is asked here cannot depend on what there is. */
const CLIENT: Question = {
  key: "client",
  message: "JSON file of your OAuth client of the type Desktop app, unless one was added before",
  kind: "file",
  placeholder: "~/Downloads/client_secret.json",
  isOptional: true,
};

const FOUND_PROJECT: Question = { ...PROJECT, message: "Google Cloud project, if not its own", isOptional: true };

/** The host's prompts have no yes; what is not one is answered by the way itself. */
const ACCEPT: Prompt = {
  type: "select",
  key: "accept",
  message: `${SEAT_TERMS} Go on all the same?`,
  options: [
    { label: "No", value: "no" },
    { label: "Yes", value: "yes" },
  ],
};

const ACCEPTED = { key: ACCEPT.key, op: "eq", value: "yes" } as const;

const entry = (id: WayId, label: string, ...questions: readonly Question[]): WayEntry => ({
  id,
  label,
  prompts: [...questions, LABEL].map(promptOf),
});

/**
 * The ways in, the usual first and the one that Google does not allow last. opencode wants its methods at its start, when nothing
 * of a way may be loaded yet: so what they ask is here again, and a test holds it against the ways.
 */
export const WAY_ENTRIES: readonly WayEntry[] = [
  entry("api-key", "Gemini API key", KEYS),
  entry("service-account", "Vertex AI: service account file", KEY_FILE, FOUND_PROJECT, LOCATION),
  entry("adc", "Vertex AI: application default credentials", FOUND_PROJECT, LOCATION),
  entry("gemini-login", "Gemini API: Google login with your own OAuth client", CLIENT, PROJECT),
  entry("vertex-login", "Vertex AI: Google login with your own OAuth client", CLIENT, PROJECT, LOCATION),
  entry("express-key", "Vertex AI: API key of express mode", EXPRESS_KEYS),
  entry("seat", "Code Assist seat, with your own OAuth client", CLIENT, SEAT_PROJECT),
  {
    id: "seat-gemini-cli",
    label: "Code Assist seat, with the OAuth client of the Gemini CLI",
    prompts: [ACCEPT, ...[SEAT_PROJECT, LABEL].map((question) => ({ ...promptOf(question), when: ACCEPTED }))],
  },
];
