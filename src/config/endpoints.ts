import { NOWHERE } from "../core/nowhere";
import type { EndpointOptions, Options } from "./options";
import { faultOfUrl } from "./url";

/**
 * Where each of Google's services is reached: origins of the backends, whole URLs of what a login needs. Vertex AI has a host
 * per location, so only an address of the user's own is here: it then stands for all of them.
 */
export interface Endpoints {
  readonly geminiApi: string;
  readonly vertex?: string;
  readonly codeAssist: string;
  readonly oauthAuthorize: string;
  readonly oauthToken: string;
  readonly userinfo: string;
}

/** Names and values of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** https://ai.google.dev/api, https://cloud.google.com/gemini/docs, https://developers.google.com/identity/protocols/oauth2 */
const GOOGLE: Endpoints = {
  geminiApi: "https://generativelanguage.googleapis.com",
  codeAssist: "https://cloudcode-pa.googleapis.com",
  oauthAuthorize: "https://accounts.google.com/o/oauth2/v2/auth",
  oauthToken: "https://oauth2.googleapis.com/token",
  userinfo: "https://www.googleapis.com/oauth2/v2/userinfo",
};

/** The names Google's own tools read (google-gemini/gemini-cli, googleapis/js-genai). */
const VARIABLES: readonly (readonly [keyof Endpoints, string])[] = [
  ["geminiApi", "GOOGLE_GEMINI_BASE_URL"],
  ["vertex", "GOOGLE_VERTEX_BASE_URL"],
  ["codeAssist", "CODE_ASSIST_ENDPOINT"],
];

/** The variables that are set, and what is wrong with them. */
const variablesIn = (env: Environment) =>
  VARIABLES.flatMap(([name, variable]) => {
    const value = env[variable]?.trim();
    return value ? [{ name, variable, value, fault: faultOfUrl(value) }] : [];
  });

/** A variable that is no fit address leads nowhere: what was meant for it must not go to Google's own. */
const fromEnvironment = (env: Environment): EndpointOptions =>
  Object.fromEntries(variablesIn(env).map(({ name, value, fault }) => [name, fault === undefined ? value : NOWHERE]));

/** Whether it is what counts where nobody says otherwise. */
export const isBuiltIn = (name: keyof Endpoints, url: string | undefined): boolean => url === GOOGLE[name];

/** What is wrong with variables; those of addresses that come from elsewhere do not count. */
export const environmentFaults = (
  isElsewhere: (name: keyof Endpoints) => boolean,
  env: Environment,
): readonly string[] =>
  variablesIn(env).flatMap(({ name, variable, fault }) =>
    fault === undefined || isElsewhere(name) ? [] : [`the variable ${variable} ${fault}`],
  );

/** Google's hosts, unless the environment says otherwise, unless the user's own options do: the most explicit wins. */
export const resolveEndpoints = (options: Options, env: Environment): Endpoints => ({
  ...GOOGLE,
  ...fromEnvironment(env),
  ...options.endpoints,
});
