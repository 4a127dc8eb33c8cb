import type { OAuthClient } from "../core/credential";

/** Where a person makes a client. */
export const CLIENTS_PAGE = "https://console.cloud.google.com/auth/clients";

/** A client as its file has it, or what is wrong in a sentence that repeats nothing of the file. `project`: the one it belongs to. */
export type ClientFile =
  | { readonly kind: "client"; readonly client: OAuthClient; readonly project?: string }
  | { readonly kind: "wrong"; readonly sentence: string };

type Loose = Readonly<Record<string, unknown>>;

const HOW_TO = `Make one of the type Desktop app at ${CLIENTS_PAGE} and download its JSON file.`;

const SENTENCES = {
  empty: `The file is empty. ${HOW_TO}`,
  noJson: `That is not the JSON file of an OAuth client. ${HOW_TO}`,
  key: "That is an API key, not the JSON file of an OAuth client. For the key: gemini-pool login --key -",
  web: `That OAuth client is of the type Web application, which cannot log in here. ${HOW_TO}`,
  serviceAccount:
    "That is the key file of a service account, which needs no OAuth client: gemini-pool login --service-account FILE",
  adc: "Those are application default credentials, which need no OAuth client: gemini-pool login --adc",
  incomplete: "That file has no client_id and client_secret in it. Download it again from the Cloud console.",
} as const;

const wrong = (fault: keyof typeof SENTENCES): ClientFile => ({ kind: "wrong", sentence: SENTENCES[fault] });

const isLoose = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What could go into a header and an address as it is. */
const FIT = /^[\x21-\x7e]{1,400}$/;

const fit = (value: unknown): string | undefined =>
  typeof value === "string" && FIT.test(value.trim()) ? value.trim() : undefined;

/** One word that is no JSON is most likely a key that was pasted in the wrong place. */
const ONE_WORD = /^["']?[\w.-]{20,200}["']?$/;

/** Reads the file of the Cloud console for an OAuth client: `{"installed":{"client_id":…,"client_secret":…}}`. */
export function readClientFile(text: string): ClientFile {
  const clean = text.replace(/^\uFEFF/, "").trim();
  if (clean === "") return wrong("empty");
  const parsed = parse(clean);
  if (!isLoose(parsed)) return wrong(ONE_WORD.test(clean) ? "key" : "noJson");
  if (parsed["type"] === "service_account") return wrong("serviceAccount");
  if (parsed["type"] === "authorized_user") return wrong("adc");
  if (isLoose(parsed["web"])) return wrong("web");
  const { installed } = parsed;
  return clientIn(isLoose(installed) ? installed : parsed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function clientIn(fields: Loose): ClientFile {
  const [id, secret, project] = [fit(fields["client_id"]), fit(fields["client_secret"]), fit(fields["project_id"])];
  if (id === undefined || secret === undefined) return "client_id" in fields ? wrong("incomplete") : wrong("noJson");
  return { kind: "client", client: { id, secret }, ...(project === undefined ? {} : { project }) };
}
