import type { ForeignFormat, ForeignReader, ForeignReading, ForeignWish } from "../../ports/import";
import { isObject, type JsonObject } from "../json";
import { jsonFault } from "../json-fault";
import { isAntigravity, readAntigravity } from "./antigravity";
import { parseDotenv } from "./dotenv";
import { type AccountsOf, readVariables } from "./env-file";
import { isOpencode, readOpencode } from "./opencode";
import { readPoolFile } from "./pool-file";

const wrong = (sentence: string): ForeignReading => ({ kind: "wrong", sentence });

/** A thousand accounts are half of it. */
const MAX_CHARS = 1024 * 1024;

const UNKNOWN =
  "This is no file that accounts can be imported from: a gemini-auth.json, antigravity-accounts.json, opencode's auth.json or a .env file.";

/** Files of Google's that people mistake for one of these, and what to do with them. */
const NEIGHBOURS: readonly (readonly [(file: JsonObject) => boolean, string])[] = [
  [
    ({ type }) => type === "service_account",
    "This is the key of a service account. Log in with it, it need not be copied: gemini-pool help login",
  ],
  [({ type }) => type === "authorized_user", "These are application default credentials: gemini-pool help login"],
  [
    ({ installed, web }) => isObject(installed) || isObject(web),
    "This is an OAuth client, not an account: gemini-pool oauth-client add",
  ],
  [
    (file) => typeof file["refresh_token"] === "string",
    "This is the login of another program, which does not say with which OAuth client it was made. Log in anew: gemini-pool login",
  ],
];

function recognised(file: JsonObject): ForeignFormat | undefined {
  if (isAntigravity(file)) return "antigravity";
  if (Array.isArray(file["accounts"])) return "pool";
  return isOpencode(file) ? "opencode" : undefined;
}

function readJson(text: string, { from, client }: ForeignWish): ForeignReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong(`The file is not valid JSON (${jsonFault(text) ?? "too deep"}).`);
  }
  if (!isObject(value)) return wrong(UNKNOWN);
  const file = value;
  const format = from ?? recognised(file);
  if (format === "antigravity") return Array.isArray(file["accounts"]) ? readAntigravity(file, client) : wrong(UNKNOWN);
  if (format === "pool" || format === "ancestor") return readPoolFile(text, client);
  if (format === "opencode") return readOpencode(file, client);
  return wrong(NEIGHBOURS.find(([isIt]) => isIt(file))?.[1] ?? UNKNOWN);
}

/** Reads any file that accounts may be in, by its content unless told. `accountsOf` makes accounts of variables. */
export function createForeignReader(accountsOf: AccountsOf): ForeignReader {
  return (text, wish) => {
    const clean = text.replace(/^\uFEFF/, "");
    if (clean.trim() === "") return wrong("The file is empty.");
    if (clean.length > MAX_CHARS) return wrong("The file is too large to be one of accounts.");
    if (/^\s*[{[]/.test(clean)) {
      return wish.from === "env" ? wrong("This is JSON, not a .env file.") : readJson(clean, wish);
    }
    const variables = parseDotenv(text);
    const isEnv = variables.length > 0 && (wish.from ?? "env") === "env";
    return isEnv ? readVariables(variables, accountsOf, wish.client) : wrong(UNKNOWN);
  };
}

/** Reads the variables of a process instead of a file. */
export const readEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  accountsOf: AccountsOf,
  { client }: ForeignWish = {},
): ForeignReading => {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, line: 0, isOpen: false }],
  );
  return readVariables(variables, accountsOf, client);
};
