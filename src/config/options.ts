import type { BackendModelGroups } from "../core/account";
import { jsonTwins } from "../core/json-twins";
import { type NamedClient, readClients } from "../core/named-client";
import { slipsIn } from "../core/nearest";
import type { Policy } from "../core/rotation/policy";
import { isObject } from "./json-object";
import { readModelGroups } from "./model-groups";
import { readPolicy } from "./policy";
import { faultOfUrl } from "./url";

/** Addresses the user has set; what is absent stays Google's. */
export interface EndpointOptions {
  readonly geminiApi?: string;
  readonly vertex?: string;
  readonly codeAssist?: string;
  readonly oauthAuthorize?: string;
  readonly oauthToken?: string;
  readonly userinfo?: string;
}

/** The user's own options: `gemini-pool.jsonc` in the user's configuration directory, never a project's. */
export interface Options {
  readonly endpoints: EndpointOptions;
  readonly policy: Policy;
  readonly modelGroups: BackendModelGroups;
  /** OAuth clients of the user's own; absent where there are none. */
  readonly oauthClients?: readonly NamedClient[];
  /** Which accounts of the environment count: unless said, API keys; `true`: logins and Google Cloud credentials too; or their names. */
  readonly env?: boolean | readonly string[];
}

/** `errors` name the place of each bad value; that value alone falls back. */
export interface ReadOptions {
  readonly options: Options;
  readonly errors: readonly string[];
  /** Nothing of the text could be read. */
  readonly isBroken: boolean;
  /** Addresses that were set to something that cannot be used: nothing may be sent to Google's own instead. */
  readonly lost: readonly (keyof EndpointOptions)[];
}

const FILE = "gemini-pool.jsonc";

const NONE: Options = { endpoints: {}, policy: {}, modelGroups: {} };

export const ENDPOINT_NAMES: readonly (keyof EndpointOptions)[] = [
  "geminiApi",
  "vertex",
  "codeAssist",
  "oauthAuthorize",
  "oauthToken",
  "userinfo",
];

/** All that a file may say. */
const NAMES = ["endpoints", "strategy", "tolerance", "modelGroups", "oauthClients", "env"] as const;

function readEndpoints(raw: unknown, errors: string[], lost: (keyof EndpointOptions)[]): EndpointOptions {
  if (raw === undefined) return {};
  if (!isObject(raw)) {
    errors.push(`${FILE}: endpoints must be an object`);
    lost.push(...ENDPOINT_NAMES);
    return {};
  }
  for (const { field, meant } of slipsIn(raw, ENDPOINT_NAMES)) {
    errors.push(`${FILE}: endpoints.${field} is not known; ${meant} may be meant`);
    if (raw[meant] === undefined) lost.push(meant);
  }
  const read: Record<string, string> = {};
  for (const name of ENDPOINT_NAMES) {
    const value = raw[name];
    if (value === undefined) continue;
    const fault = faultOfUrl(value);
    if (fault === undefined) read[name] = String(value).trim();
    else {
      errors.push(`${FILE}: endpoints.${name} ${fault}`);
      lost.push(name);
    }
  }
  return read;
}

function readEnv(raw: unknown, errors: string[]): Pick<Options, "env"> {
  if (raw === undefined) return {};
  if (typeof raw === "boolean") return { env: raw };
  if (Array.isArray(raw) && raw.every((name) => typeof name === "string")) return { env: raw };
  errors.push(`${FILE}: env must be true, false or a list of names`);
  return {};
}

function readOAuthClients(raw: unknown, errors: string[]): Pick<Options, "oauthClients"> {
  const { clients, problems } = readClients(raw);
  errors.push(...problems.map((problem) => `${FILE}: ${problem}`));
  return clients.length === 0 ? {} : { oauthClients: clients.map((client) => ({ ...client, isOption: true })) };
}

/** Texts stay as they are: what looks like a comment in one is none. */
const withoutComments = (text: string): string =>
  text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1");

/** What a text may have said of addresses is lost with it, if it said anything. */
const broken = (text: string, error: string): ReadOptions => ({
  options: NONE,
  errors: [error],
  isBroken: true,
  lost: /endpoint/i.test(text) ? ENDPOINT_NAMES : [],
});

/**
 * Reads the text of `gemini-pool.jsonc`; undefined where there is no file. Never throws: a file that cannot be parsed is
 * one error and no options. `parse` throws a SyntaxError that says where. Keys it does not know are left alone.
 */
export function readOptions(text: string | undefined, parse: (text: string) => unknown): ReadOptions {
  const bare = withoutComments(text ?? "");
  if (text === undefined || bare.trim() === "") return { options: NONE, errors: [], isBroken: false, lost: [] };
  const errors: string[] = [];
  const lost: (keyof EndpointOptions)[] = [];
  try {
    const raw = parse(text.replace(/^\uFEFF/, ""));
    if (!isObject(raw)) return broken(text, `${FILE} must hold one object in braces`);
    const twins = jsonTwins(bare);
    if (twins !== undefined) return broken(text, `${FILE} has ${twins}`);
    for (const { field, meant } of slipsIn(raw, NAMES)) {
      errors.push(`${FILE}: ${field} is not known; ${meant} may be meant`);
      if (meant === "endpoints" && raw[meant] === undefined) lost.push(...ENDPOINT_NAMES);
    }
    const endpoints = readEndpoints(raw["endpoints"], errors, lost);
    const policy = readPolicy(raw, FILE, errors);
    const modelGroups = readModelGroups(raw, FILE, errors);
    return {
      options: {
        endpoints,
        policy,
        modelGroups,
        ...readOAuthClients(raw["oauthClients"], errors),
        ...readEnv(raw["env"], errors),
      },
      errors,
      isBroken: false,
      lost,
    };
  } catch (error) {
    const place = error instanceof Error ? error.message : "not JSON";
    return broken(text, `${FILE} cannot be read as JSON with comments (${place})`);
  }
}
