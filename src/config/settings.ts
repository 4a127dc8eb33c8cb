import type { Account, BackendName } from "../core/account";
import { isNowhere, NOWHERE } from "../core/nowhere";
import { type Endpoints, type Environment, environmentFaults, isBuiltIn, resolveEndpoints } from "./endpoints";
import { ENDPOINT_NAMES, type EndpointOptions, type Options, readOptions } from "./options";

/** What the user has chosen, ready for use. `errors` name the place of what could not be used. */
export interface Settings extends Pick<Options, "policy" | "modelGroups" | "oauthClients" | "env"> {
  /** The same object as before where no address has changed. */
  readonly endpoints: Endpoints;
  readonly errors: readonly string[];
  /** Addresses that the user has set and nobody can read: what would go there goes nowhere. */
  readonly lost: readonly (keyof Endpoints)[];
}

const ADDRESS_OF: Readonly<Record<BackendName, keyof Endpoints>> = {
  "gemini-api": "geminiApi",
  vertex: "vertex",
  "code-assist": "codeAssist",
};

/** Whether it is known where the account's calls, and the renewal of its tokens, are to go. */
export function isReachable({ lost }: Settings, { backend, credential }: Account): boolean {
  if (lost.length === 0) return true;
  return !lost.includes(ADDRESS_OF[backend]) && (credential === "api-key" || !lost.includes("oauthToken"));
}

/** The options file as it is now; `fault` where it is there but cannot be read. */
export interface OptionsText {
  readonly text: string | undefined;
  readonly fault?: string;
}

interface Reader {
  readonly env: Environment;
  /** JSON with comments; throws a SyntaxError that says where. */
  readonly parse: (text: string) => unknown;
}

/**
 * The settings after the options file has changed. A file that cannot be read or parsed, as one that is being edited, leaves
 * what held before in force and says so; one bad value falls back alone, but an address never to Google's own: it keeps the
 * user's own from before, and where there was none it leads nowhere. Never throws.
 */
export function settingsOf(
  { text, fault }: OptionsText,
  before: Settings | undefined,
  { env, parse }: Reader,
): Settings {
  const { options, errors, isBroken, lost } = readOptions(text, parse);
  const isEmptied = before !== undefined && text?.trim() === "";
  const faults = fault !== undefined ? [fault] : isEmptied ? [EMPTY] : errors;
  if (before && (isBroken || isEmptied || fault !== undefined)) {
    const stay = faults.map((each) => `${each}; the options from before stay in force`);
    return { ...before, errors: [...stay, ...environmentFaults((name) => !before.lost.includes(name), env)] };
  }
  const unread = fault === undefined ? lost : ENDPOINT_NAMES;
  const { policy, modelGroups, oauthClients, env: wish } = options;
  const kept = pick(
    before?.endpoints,
    (name, url) => unread.includes(name) && !isNowhere(url) && !isBuiltIn(name, url),
  );
  const missing = unread.filter((name) => kept[name] === undefined);
  const resolved = { ...resolveEndpoints(options, env), ...kept };
  const endpoints = { ...resolved, ...Object.fromEntries(missing.map((name) => [name, NOWHERE])) };
  return {
    policy,
    modelGroups,
    ...(oauthClients === undefined ? {} : { oauthClients: sameAs(before?.oauthClients, oauthClients) }),
    ...(wish === undefined ? {} : { env: sameAs(before?.env, wish) }),
    endpoints: sameAs(before?.endpoints, endpoints),
    errors: [...faults, ...environmentFaults((name) => options.endpoints[name] !== undefined, env)],
    lost: ENDPOINT_NAMES.filter((name) => isNowhere(endpoints[name] ?? "")),
  };
}

const pick = (
  endpoints: Endpoints | undefined,
  isWanted: (name: keyof Endpoints, url: string) => boolean,
): EndpointOptions =>
  Object.fromEntries(Object.entries(endpoints ?? {}).filter(([name, url]) => isWanted(name as keyof Endpoints, url)));

/** Editors empty a file for a moment before they write it anew. */
const EMPTY = "gemini-pool.jsonc is empty";

/** What is made from it is made anew only where it has changed. */
const sameAs = <T>(before: T | undefined, now: T): T =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now;
