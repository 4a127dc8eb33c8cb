import type { OAuthClient, OAuthCredential } from "../core/credential";
import { present } from "../core/present";
import type { AccountEntry } from "../ports/account-store";
import { type Environment, entryOf, valueIn } from "./env-entry";

/** `GEMINI_CLI_REFRESH_TOKEN`, `GEMINI_CLI_1_REFRESH_TOKEN`, … (Mirrowel/LLM-API-Key-Proxy). */
const LOGIN = /^(GEMINI_CLI(?:_(\d+))?)_REFRESH_TOKEN$/;

/** Instants under this are seconds: as milliseconds they would be of 1973 at the latest. */
const SECONDS_BELOW = 1e11;

/** The names that logins have in common with their other variables: `GEMINI_CLI`, `GEMINI_CLI_1`, …, by number. */
export function loginNames(env: Environment): readonly string[] {
  const found = Object.keys(env).flatMap((variable) => {
    const match = LOGIN.exec(variable);
    return match ? [{ name: match[1] ?? "", number: Number(match[2] ?? -1) }] : [];
  });
  return found.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

function clientOf(env: Environment, name: string): OAuthClient | undefined {
  const id = valueIn(env, `${name}_CLIENT_ID`);
  return id === undefined ? undefined : present<OAuthClient>({ id, secret: valueIn(env, `${name}_CLIENT_SECRET`) });
}

/** A token without its end is not used: it would be taken for good for ever. */
function accessOf(env: Environment, name: string): Pick<OAuthCredential, "accessToken" | "expiresAt"> {
  const accessToken = valueIn(env, `${name}_ACCESS_TOKEN`);
  const end = Number(valueIn(env, `${name}_EXPIRY_DATE`) ?? 0);
  if (accessToken === undefined || !Number.isFinite(end) || end <= 0) return {};
  return { accessToken, expiresAt: Math.floor(end < SECONDS_BELOW ? end * 1000 : end) };
}

/**
 * One login; undefined where its token is blank. Its token endpoint is not read: tokens go where the user has configured and
 * nowhere else. Without `…_CLIENT_ID` it has no client and needs a new login.
 */
export function loginOf(env: Environment, name: string): AccountEntry | undefined {
  const refreshToken = valueIn(env, `${name}_REFRESH_TOKEN`);
  if (refreshToken === undefined) return undefined;
  const credential = present<OAuthCredential>({
    kind: "oauth",
    refreshToken,
    client: clientOf(env, name),
    email: valueIn(env, `${name}_EMAIL`),
    generation: 0,
    ...accessOf(env, name),
  });
  const project = valueIn(env, `${name}_PROJECT_ID`, "GEMINI_CLI_PROJECT_ID");
  const tier = valueIn(env, `${name}_TIER`);
  const traits = {
    backend: "code-assist" as const,
    ...present<{ project?: string; tier?: string }>({ project, tier }),
  };
  return entryOf({ name, mark: refreshToken, credential }, traits);
}
