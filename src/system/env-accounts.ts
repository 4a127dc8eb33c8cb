import { splitKeys } from "../core/key-list";
import { present } from "../core/present";
import type { AccountEntry, AccountsView } from "../ports/account-store";
import { type Environment, entryOf, valueIn } from "./env-entry";
import { loginNames, loginOf } from "./env-logins";

/**
 * What of the environment the user has asked for. Unless said, API keys of the Gemini API alone; `false`: nothing; `true`: all;
 * a list: the keys and what it names: a variable, or what the variables of one login or of all have in common
 * (`GEMINI_CLI_1`, `GEMINI_CLI`), or `ADC` for the application default credentials.
 */
export type EnvironmentWish = boolean | readonly string[] | undefined;

/** The names that Google's and the AI SDK's own tools read; of equal keys the first name wins. */
const KEY_NAMES = ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"];
const NUMBERED = /^GEMINI_API_KEY_(\d+)$/;
/** A key of Vertex AI's express mode (https://ai-sdk.dev/providers/ai-sdk-providers/google-vertex). */
const VERTEX_KEY = "GOOGLE_VERTEX_API_KEY";
const KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS";
const ADC = "ADC";
const PROJECTS = ["GOOGLE_VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"];
const LOCATIONS = ["GOOGLE_VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION"];

const numberOf = (name: string): number => Number(NUMBERED.exec(name)?.[1]);

const numberedNames = (env: Environment): string[] =>
  Object.keys(env)
    .filter((name) => NUMBERED.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1));

/** The accounts of one variable: several keys in it are as many accounts, each with an id of its own. */
function keysOf(env: Environment, name: string): AccountEntry[] {
  const backend = name === VERTEX_KEY ? "vertex" : "gemini-api";
  const keys = splitKeys(valueIn(env, name) ?? "").filter((key) => key !== "");
  return keys.map((key, index) => {
    const label = index === 0 ? name : `${name} ${index + 1}`;
    return entryOf({ name, label, mark: key, credential: { kind: "api-key", key } }, { backend });
  });
}

/** What is known of the application default credentials of this machine: the project that their file names. */
export interface DefaultCredentials {
  readonly project?: string;
}

/** By the file that is named; or those of gcloud, where there are some; or, asked for by name, whatever is found then. */
function defaultCredentials(env: Environment, wish: EnvironmentWish, found: DefaultCredentials | undefined) {
  const file = asksFor(wish, KEY_FILE, ADC) ? valueIn(env, KEY_FILE) : undefined;
  const isWanted = file !== undefined || (wish === true ? found !== undefined : asksFor(wish, ADC));
  if (!isWanted) return undefined;
  const project = valueIn(env, ...PROJECTS) ?? found?.project;
  const home = present<Home>({ project, location: valueIn(env, ...LOCATIONS) });
  const mark = file ?? `${home.project ?? ""} ${home.location ?? ""}`;
  const name = file === undefined ? ADC : KEY_FILE;
  return entryOf({ name, mark, credential: { kind: "adc" } }, { backend: "vertex", ...home });
}

type Home = Pick<AccountEntry["account"], "project" | "location">;

/** One name of several that mean the same. */
function asksFor(wish: EnvironmentWish, ...names: readonly string[]): boolean {
  return wish === true || (Array.isArray(wish) && names.some((name) => wish.includes(name)));
}

/** The same key or token under two names is one account. */
function identityOf({ account, credential }: AccountEntry): string {
  if (credential.kind === "api-key") return `${account.backend} ${credential.key}`;
  return credential.kind === "oauth" ? credential.refreshToken : account.id;
}

function unique(found: readonly (AccountEntry | undefined)[]): AccountEntry[] {
  const seen = new Map<string, AccountEntry>();
  for (const entry of found) {
    if (entry && !seen.has(identityOf(entry))) seen.set(identityOf(entry), entry);
  }
  return [...seen.values()];
}

/**
 * The accounts of an environment as far as `wish` goes; nothing of them is copied anywhere. Pure.
 * Gaps in GEMINI_API_KEY_1…n do not matter, blank values do not count, several keys may stand in one value, and a key
 * under two names is one account.
 */
export function environmentAccounts(
  env: Environment,
  wish?: EnvironmentWish,
  adc?: DefaultCredentials,
): AccountEntry[] {
  if (wish === false) return [];
  const keys = [...KEY_NAMES, ...numberedNames(env)].flatMap((name) => keysOf(env, name));
  const logins = loginNames(env)
    .filter((name) => asksFor(wish, name, `${name}_REFRESH_TOKEN`, "GEMINI_CLI"))
    .map((name) => loginOf(env, name));
  const express = asksFor(wish, VERTEX_KEY) ? keysOf(env, VERTEX_KEY) : [];
  return unique([...keys, ...logins, ...express, defaultCredentials(env, wish, adc)]);
}

/** What an import takes of variables: all but the machine's own credentials, which stay where they are. */
export const importableAccounts = (env: Environment): AccountEntry[] =>
  environmentAccounts(env, ["GEMINI_CLI", VERTEX_KEY]);

const KNOWN = new Set([...KEY_NAMES, VERTEX_KEY, KEY_FILE, ADC, "GEMINI_CLI"]);

const isKnown = (name: string): boolean =>
  KNOWN.has(name) || NUMBERED.test(name) || /^GEMINI_CLI(?:_\d+)?(?:_REFRESH_TOKEN)?$/.test(name);

/** What was asked for and cannot be had, one sentence each. Names are repeated, values never. */
function problems(wish: EnvironmentWish, entries: readonly AccountEntry[]): readonly string[] {
  const names = Array.isArray(wish) ? wish : [];
  const unknown = names.filter((name) => !isKnown(name));
  const homeless = entries.filter(
    ({ account, credential }) => credential.kind === "adc" && account.project === undefined,
  );
  const clientless = entries.filter(({ credential }) => credential.kind === "oauth" && credential.client === undefined);
  return [
    ...unknown.map((name) => `env names ${name.slice(0, 60)}, of which no account can be made.`),
    ...homeless.map(({ account }) => `${account.label} needs a project: set GOOGLE_CLOUD_PROJECT.`),
    ...clientless.map(
      ({ account: { label } }) => `${label} needs the OAuth client it was made with: set ${label}_CLIENT_ID.`,
    ),
  ];
}

/** The same as a source of the pool, with what is wrong in sentences for the user. */
export function environmentView(env: Environment, wish?: EnvironmentWish, adc?: DefaultCredentials): AccountsView {
  const entries = environmentAccounts(env, wish, adc);
  const wrong = problems(wish, entries);
  return wrong.length === 0 ? { entries } : { entries, problem: wrong.join("\n") };
}
