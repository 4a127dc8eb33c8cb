import { labelFault } from "../enrol/label-fault";
import type { Answers, WayId } from "../enrol/way";
import type { OptionSpec, OptionValues } from "./arguments";

/** The options of `login`. */
export const LOGIN_OPTIONS: readonly OptionSpec[] = [
  { name: "key", value: "-", summary: "API keys from standard input, one per line; at a terminal you are asked" },
  { name: "keys", value: "FILE", summary: "API keys from a file, one per line" },
  { name: "express", summary: "they are keys of Vertex AI's express mode" },
  { name: "service-account", value: "FILE", summary: "Vertex AI by a service account's key file" },
  { name: "adc", summary: "Vertex AI by this machine's application default credentials (gcloud)" },
  { name: "backend", value: "B", summary: "your Google account, with your own OAuth client: gemini-api or vertex" },
  { name: "client", value: "NAME|FILE", summary: "that client: one of oauth-client list, or its JSON file" },
  { name: "seat", summary: "a Gemini Code Assist seat, with your own OAuth client" },
  { name: "oauth-client", value: "gemini-cli", summary: "the seat through the client of an installed Gemini CLI" },
  { name: "accept-terms", summary: "you know what Google's terms say of that: see the menu" },
  { name: "project", value: "ID", summary: "the Google Cloud project; keys of one project share one quota" },
  { name: "location", value: "L", summary: "of Vertex AI, such as europe-west4; else global" },
  { name: "label", value: "NAME", summary: "how you call the account" },
  { name: "account", value: "ID|NAME", summary: "log in again to this one; it keeps its name and settings" },
  { name: "no-browser", summary: "only print the address to open" },
  { name: "code", value: "-", summary: "read the address that the browser ended on from standard input" },
  { name: "force", summary: "keep a key even where Google cannot be reached to check it" },
];

/** What is asked of `login`. Without `way` it is open, with `account` it is that of the account. */
export type LoginWish =
  | { readonly kind: "wrong"; readonly sentence: string }
  | { readonly kind: "login"; readonly way: WayId | undefined; readonly account: string | undefined };

const wrong = (sentence: string): LoginWish => ({ kind: "wrong", sentence });

/** How keys are given. */
export const KEYS_HOW_TO = 'printf %s "$KEY" | gemini-pool login --key -';

const READABLE = `on the command line can be read by others. Give it on standard input: ${KEYS_HOW_TO}`;
const CODE_READABLE = "--code takes - alone: the address comes on standard input, where others cannot read it.";

/** Options that each name a way in; those of one line go together. */
const WAYS: readonly (readonly string[])[] = [
  ["key", "keys", "express"],
  ["service-account"],
  ["adc"],
  ["backend"],
  ["seat", "oauth-client"],
];

const THROUGH_BROWSER: readonly WayId[] = ["gemini-login", "vertex-login", "seat", "seat-gemini-cli"];

interface Companion {
  readonly ways: readonly WayId[];
  readonly words: string;
}

const OF_BROWSER: Companion = { ways: THROUGH_BROWSER, words: "--backend or --seat" };

/** Options that go with some ways only, and what these are called. */
const COMPANIONS: Readonly<Record<string, Companion>> = {
  client: {
    ways: ["gemini-login", "vertex-login", "seat"],
    words: "--backend gemini-api, --backend vertex or --seat",
  },
  "accept-terms": { ways: ["seat-gemini-cli"], words: "--oauth-client gemini-cli" },
  location: { ways: ["service-account", "adc", "vertex-login"], words: "--service-account, --adc or --backend vertex" },
  project: {
    ways: ["api-key", "service-account", "adc", ...THROUGH_BROWSER],
    words: "--key, --service-account, --adc, --backend or --seat",
  },
  "no-browser": OF_BROWSER,
  code: OF_BROWSER,
  force: { ways: ["api-key", "express-key"], words: "--key or --keys" },
};

/** Reads the options of `login`; what contradicts itself is told with the option that is right. */
export function loginWish(values: OptionValues): LoginWish {
  const { label } = values;
  const fault = valueFault(values) ?? wayFault(values) ?? labelFault(typeof label === "string" ? label : undefined);
  if (fault !== undefined) return wrong(fault);
  const { account } = values;
  const way = wayOf(values);
  if (typeof account === "string") {
    if (values["label"] !== undefined)
      return wrong("An account that is logged in to again keeps its name: no --label.");
    return { kind: "login", way, account };
  }
  const misplaced = way === undefined ? lonely(values) : companionFault(way, values);
  return misplaced === undefined ? { kind: "login", way, account: undefined } : wrong(misplaced);
}

/** What is wrong with a value by itself. */
function valueFault({ key, keys, code, backend, "oauth-client": client }: OptionValues): string | undefined {
  if (key !== undefined && key !== "-") return `A key ${READABLE}`;
  if (code !== undefined && code !== "-") return CODE_READABLE;
  if (code === "-" && key === "-") return "--key - and --code - cannot both read standard input.";
  if (key !== undefined && keys !== undefined) return "--key - or --keys FILE, not both.";
  if (client !== undefined && client !== "gemini-cli")
    return "--oauth-client takes gemini-cli alone. For a client of your own: --client NAME|FILE";
  if (backend === "code-assist") return "For a Gemini Code Assist seat: --seat instead of --backend.";
  if (backend !== undefined && backend !== "gemini-api" && backend !== "vertex")
    return "--backend takes gemini-api or vertex. For a Gemini Code Assist seat: --seat";
  return undefined;
}

/** Two ways at once. */
function wayFault(values: OptionValues): string | undefined {
  const given = WAYS.map((names) => names.find((name) => values[name] !== undefined)).filter(
    (name) => name !== undefined,
  );
  const [first, second] = given;
  if (values["oauth-client"] !== undefined && values["client"] !== undefined)
    return "--client and --oauth-client gemini-cli are two clients: choose one.";
  if (first === undefined || second === undefined) return undefined;
  if (WAYS[0]?.includes(first) && second === "backend")
    return values["backend"] === "vertex"
      ? "For a key of Vertex AI's express mode: --express instead of --backend vertex."
      : "A key needs no --backend.";
  return `--${first} and --${second} are two ways in: choose one.`;
}

function wayOf(values: OptionValues): WayId | undefined {
  if (values["express"]) return "express-key";
  if (values["key"] ?? values["keys"]) return "api-key";
  if (values["service-account"]) return "service-account";
  if (values["adc"]) return "adc";
  if (values["backend"]) return values["backend"] === "vertex" ? "vertex-login" : "gemini-login";
  if (values["oauth-client"]) return "seat-gemini-cli";
  return values["seat"] ? "seat" : undefined;
}

/** An option that does not go with this way. */
export function companionFault(way: WayId, values: OptionValues): string | undefined {
  const misplaced = Object.entries(COMPANIONS).find(
    ([name, { ways }]) => values[name] !== undefined && !ways.includes(way),
  );
  return misplaced && `--${misplaced[0]} goes with ${misplaced[1].words}.`;
}

/** Options that say too little to tell the way by. */
function lonely(values: OptionValues): string | undefined {
  const name = ["client", "accept-terms", "location"].find((each) => values[each] !== undefined);
  return name && `--${name} goes with ${COMPANIONS[name]?.words}.`;
}

const TEXTS = { label: "label", project: "project", location: "location", client: "client", file: "service-account" };
const FLAGS: Readonly<Record<string, readonly [key: string, answer: string]>> = {
  "no-browser": ["browser", "no"],
  force: ["force", "yes"],
  "accept-terms": ["accept", "yes"],
  "oauth-client": ["oauthClient", "gemini-cli"],
};

/** The answers that the options give. Keys and codes are read elsewhere. */
export function answersIn(values: OptionValues): Answers {
  const texts = Object.entries(TEXTS).flatMap(([key, option]) => {
    const value = values[option];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  const flags = Object.entries(FLAGS).flatMap(([option, answer]) => (values[option] === undefined ? [] : [answer]));
  return Object.fromEntries([...texts, ...flags]);
}
