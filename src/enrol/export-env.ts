import type { OAuthCredential } from "../core/credential";
import type { AccountEntry } from "../ports/account-store";
import { NO_REFRESH_TOKEN } from "../ports/import";
import { type ExportWish, exportedAccount } from "./export-json";
import { quoted, quotedJson } from "./export-quote";

/** The field of an account that a variable of another program carries, and the variable with its value. */
type Carried = readonly [field: string, variable: string, value: string | undefined];

/** Read by Mirrowel/LLM-API-Key-Proxy: it wants a token that is no longer good rather than none. */
function loginVariables(number: number, credential: OAuthCredential, { account }: AccountEntry): readonly Carried[] {
  const name = (what: string) => `GEMINI_CLI_${number}_${what}`;
  const { refreshToken, client, email } = credential;
  return [
    ["", name("ACCESS_TOKEN"), "expired"],
    ["refreshToken", name("REFRESH_TOKEN"), refreshToken],
    ["", name("EXPIRY_DATE"), "0"],
    ["clientId", name("CLIENT_ID"), client?.id],
    ["clientSecret", name("CLIENT_SECRET"), client?.secret],
    ["email", name("EMAIL"), email],
    ["", name("PROJECT_ID"), account.project],
    ["", name("TIER"), account.tier],
  ];
}

/** What other programs can use: one that is disabled here would be enabled there. */
function variablesOf(entry: AccountEntry, number: number): readonly Carried[] {
  const { account, credential } = entry;
  if (!account.enabled) return [];
  if (credential.kind === "api-key" && account.backend === "gemini-api") {
    return [["key", `GEMINI_API_KEY_${number}`, credential.key]];
  }
  if (credential.kind !== "oauth" || account.backend !== "code-assist") return [];
  // The other variables of a login mean nothing without this one.
  const isSaid = credential.refreshToken !== NO_REFRESH_TOKEN && quoted(credential.refreshToken) !== undefined;
  return isSaid ? loginVariables(number, credential, entry) : [];
}

const OPEN_FIELDS: ReadonlySet<string> = new Set(["", "clientId"]);

/** Without secrets the names stay, so that a person sees what to fill in. */
function linesOf(carried: readonly Carried[], { secrets }: ExportWish): readonly string[] {
  return carried.flatMap(([field, variable, value]) => {
    const text = secrets || OPEN_FIELDS.has(field) ? value : value && "";
    const written = text === undefined ? undefined : quoted(text);
    return written === undefined ? [] : [`${variable}=${written}`];
  });
}

/** The fields that are said in variables of their own need not be said twice. */
function withoutCarried(credential: Record<string, unknown>, carried: readonly Carried[]): object {
  const said = new Set(
    carried.flatMap(([field, , value]) => (value !== undefined && quoted(value) !== undefined ? [field] : [])),
  );
  const client = credential["client"];
  const isClientSaid = said.has("clientId") && (said.has("clientSecret") || !hasSecret(client));
  return Object.fromEntries(
    Object.entries(credential).filter(([name]) => !said.has(name) && !(name === "client" && isClientSaid)),
  );
}

const hasSecret = (client: unknown): boolean => typeof client === "object" && client !== null && "secret" in client;

function accountLines(entry: AccountEntry, number: number, wish: ExportWish): readonly string[] {
  const carried = variablesOf(entry, number);
  const account = exportedAccount(entry, wish);
  const credential = withoutCarried(account["credential"] as Record<string, unknown>, carried);
  return [...linesOf(carried, wish), `GEMINI_POOL_ACCOUNT_${number}=${quotedJson({ ...account, credential })}`];
}

const HEAD = [
  "# Accounts of gemini-pool. Read back with: gemini-pool import FILE",
  "# GEMINI_POOL_ACCOUNT_n says what only this program knows; other programs use the rest.",
];

/** The accounts as numbered variables for a shell or a `.env` file; safe to source. Without secrets their values are empty. */
export const exportEnv = (entries: readonly AccountEntry[], wish: ExportWish): string =>
  `${[...HEAD, ...entries.flatMap((entry, index) => ["", ...accountLines(entry, index + 1, wish)])].join("\n")}\n`;
