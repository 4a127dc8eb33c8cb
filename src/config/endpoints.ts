import type { EndpointOptions, Options } from "./options";
import { faultOfUrl } from "./url";

/** Where each of Google's services is reached: origins of the backends, the whole URL of the token endpoint. */
export interface Endpoints {
  readonly geminiApi: string;
  readonly codeAssist: string;
  readonly oauthToken: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** https://ai.google.dev/api, https://cloud.google.com/gemini/docs, https://developers.google.com/identity/protocols/oauth2 */
const GOOGLE: Endpoints = {
  geminiApi: "https://generativelanguage.googleapis.com",
  codeAssist: "https://cloudcode-pa.googleapis.com",
  oauthToken: "https://oauth2.googleapis.com/token",
};

/** The names Google's own tools read (google-gemini/gemini-cli, googleapis/js-genai). */
const VARIABLES: readonly (readonly [keyof Endpoints, string])[] = [
  ["geminiApi", "GOOGLE_GEMINI_BASE_URL"],
  ["codeAssist", "CODE_ASSIST_ENDPOINT"],
];

/** A variable that is no fit address counts as unset: a key must not go there. */
const fromEnvironment = (env: Environment): EndpointOptions =>
  Object.fromEntries(
    VARIABLES.flatMap(([name, variable]) => {
      const value = env[variable]?.trim();
      return value && faultOfUrl(value) === undefined ? [[name, value]] : [];
    }),
  );

/** Google's hosts, unless the environment says otherwise, unless the user's own options do: the most explicit wins. */
export const resolveEndpoints = (options: Options, env: Environment): Endpoints => ({
  ...GOOGLE,
  ...fromEnvironment(env),
  ...options.endpoints,
});
