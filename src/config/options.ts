import type { BackendModelGroups } from "../core/account";
import type { Policy } from "../core/rotation/policy";
import { isObject } from "./json-object";
import { readModelGroups } from "./model-groups";
import { readPolicy } from "./policy";
import { faultOfUrl } from "./url";

/** Addresses the user has set; what is absent stays Google's. */
export interface EndpointOptions {
  readonly geminiApi?: string;
  readonly codeAssist?: string;
  readonly oauthToken?: string;
}

/** The user's own options: `gemini-pool.jsonc` in the user's configuration directory, never a project's. */
export interface Options {
  readonly endpoints: EndpointOptions;
  readonly policy: Policy;
  readonly modelGroups: BackendModelGroups;
}

/** `errors` name the place of each bad value; that value alone falls back. */
export interface ReadOptions {
  readonly options: Options;
  readonly errors: readonly string[];
}

const FILE = "gemini-pool.jsonc";

const NONE: Options = { endpoints: {}, policy: {}, modelGroups: {} };

const ENDPOINT_NAMES: readonly (keyof EndpointOptions)[] = ["geminiApi", "codeAssist", "oauthToken"];

function readEndpoints(raw: unknown, errors: string[]): EndpointOptions {
  if (raw === undefined) return {};
  if (!isObject(raw)) {
    errors.push(`${FILE}: endpoints must be an object`);
    return {};
  }
  const read: Record<string, string> = {};
  for (const name of ENDPOINT_NAMES) {
    const value = raw[name];
    if (value === undefined) continue;
    const fault = faultOfUrl(value);
    if (fault) errors.push(`${FILE}: endpoints.${name} ${fault}`);
    else read[name] = String(value).trim();
  }
  return read;
}

/**
 * Reads the text of `gemini-pool.jsonc`; undefined where there is no file. Never throws: a file that cannot be parsed is
 * one error and no options. `parse` throws a SyntaxError that says where. Keys it does not know are left alone.
 */
export function readOptions(text: string | undefined, parse: (text: string) => unknown): ReadOptions {
  if (text === undefined || text.trim() === "") return { options: NONE, errors: [] };
  const errors: string[] = [];
  try {
    const raw = parse(text.replace(/^\uFEFF/, ""));
    if (!isObject(raw)) return { options: NONE, errors: [`${FILE} must hold one object in braces`] };
    const endpoints = readEndpoints(raw["endpoints"], errors);
    const policy = readPolicy(raw, FILE, errors);
    return { options: { endpoints, policy, modelGroups: readModelGroups(raw, FILE, errors) }, errors };
  } catch (error) {
    const place = error instanceof Error ? error.message : "not JSON";
    return { options: NONE, errors: [`${FILE} cannot be read as JSON with comments (${place})`] };
  }
}
