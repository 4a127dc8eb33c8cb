import type { OAuthClient } from "../../core/credential";
import { splitKeys } from "../../core/key-list";
import type { AccountEntry } from "../../ports/account-store";
import type { ForeignFault, ForeignReading } from "../../ports/import";
import { decodeAccount } from "../account-codec";
import { isObject, type JsonObject } from "../json";
import type { DotenvVariable } from "./dotenv";
import { faultOf, type Harvest, isWithoutSecrets, NO_ID, NO_SECRETS, withClient } from "./place";

/** The accounts that variables make, labelled by their names. */
export type AccountsOf = (variables: Readonly<Record<string, string>>) => readonly AccountEntry[];

/** What `export --env` says of an account beyond what other programs read: JSON. Its number is that of the other variables. */
const OWN = /^GEMINI_POOL_ACCOUNT_(\d+)$/;
/** Set, but blank: what `export --env` writes without `--secrets`. */
const SECRET =
  /^(?:GEMINI_API_KEY(?:_\d+)?|GOOGLE_API_KEY|GOOGLE_GENERATIVE_AI_API_KEY|GEMINI_CLI(?:_\d+)?_REFRESH_TOKEN)$/;

/** What an account is made of; nobody else's variables are a fault of this file. */
const OURS = /^(?:GEMINI_(?:API_KEY|CLI|POOL_ACCOUNT)|GOOGLE_(?:API_KEY|GENERATIVE_AI_API_KEY|VERTEX_API_KEY$))/;

/** Variables whose value may be several keys. */
const OF_KEYS = /_API_KEY(?:_\d+)?$/;

interface Reading {
  readonly variables: readonly DotenvVariable[];
  readonly entries: readonly AccountEntry[];
  readonly client: OAuthClient | undefined;
  readonly accountsOf: AccountsOf;
}

const OPEN = "its quote is never closed";

const numberOf = ({ name }: DotenvVariable): string => /(?<=_)\d+/.exec(name)?.[0] ?? "";

const placeOf = ({ line, name }: Pick<DotenvVariable, "line" | "name">): string =>
  line > 0 ? `line ${line}, ${name}` : name;

const parsed = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The account as it was exported; `found` is what its other variables hold. */
function whole(own: JsonObject, number: number, found: AccountEntry | undefined): ReturnType<typeof decodeAccount> {
  const said = asObject(own["credential"]);
  const { accessToken: _, expiresAt: __, client, ...known } = asObject(found?.credential);
  const both = { ...asObject(said["client"]), ...asObject(client) };
  const whose = Object.keys(both).length === 0 ? {} : { client: both };
  return decodeAccount({ ...own, id: own["id"] ?? NO_ID, credential: { ...said, ...known, ...whose } }, number);
}

/** No key and no token is in it. */
const isBlankValue = (value: string): boolean => splitKeys(value).every((piece) => piece === "");

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The account of the variables with this number, also where one of another name holds the same key and goes before it. */
function numberedEntry(number: string, { variables, accountsOf }: Reading): AccountEntry | undefined {
  const [key, login] = [`GEMINI_API_KEY_${number}`, `GEMINI_CLI_${number}`];
  const mine = variables.filter(({ name }) => name === key || name.startsWith(`${login}_`));
  return accountsOf(valuesOf(mine))[0];
}

const valuesOf = (variables: readonly DotenvVariable[]): Readonly<Record<string, string>> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

/** The same key is another account at another backend. */
function secretOf({ account, credential }: AccountEntry): string {
  if (credential.kind === "api-key") return `${account.backend} ${credential.key}`;
  return credential.kind === "oauth" ? credential.refreshToken : account.id;
}

function takeOwn(variable: DotenvVariable, reading: Reading, used: Set<AccountEntry>, harvest: Harvest): void {
  const number = numberOf(variable);
  const own = parsed(variable.value);
  const place = placeOf(variable);
  if (!own) return void harvest.faults.push({ place, why: "it is not a JSON object" });
  const found = numberedEntry(number, reading);
  for (const entry of reading.entries) if (found && secretOf(entry) === secretOf(found)) used.add(entry);
  if (!found && isWithoutSecrets(own)) return void harvest.faults.push({ place, why: NO_SECRETS });
  const decoded = whole(own, Number(number), found);
  if ("entry" in decoded) {
    return void harvest.accounts.push({ place, entry: withClient(decoded.entry, reading.client) });
  }
  harvest.faults.push({ place, why: faultOf(decoded.problem) });
}

/** The variable that an account of `accountsOf` is labelled by; several of one variable are numbered. */
function variableOf(label: string, { variables }: Reading): DotenvVariable | undefined {
  const [wanted] = label.split(" ");
  return variables.find(({ name }) => name === wanted || name === `${wanted}_REFRESH_TOKEN`);
}

function takeOther(entry: AccountEntry, reading: Reading, harvest: Harvest): void {
  const { origin: _, id: __, ...account } = entry.account;
  const variable = variableOf(account.label, reading);
  const place = variable ? placeOf(variable) : account.label;
  const imported = { account: { ...account, id: NO_ID, origin: "file" as const }, credential: entry.credential };
  harvest.accounts.push({ place, entry: withClient(imported, reading.client) });
}

/** What of our variables is lost because its name stands there again. */
function lostFaults({ name, line, earlier = [] }: DotenvVariable): readonly ForeignFault[] {
  if (!OURS.test(name)) return [];
  const both = OF_KEYS.test(name) ? "; to have both keys put them into one value, with a comma between them" : "";
  const why = `line ${line} sets it again, and the last one counts${both}`;
  return earlier.map((each) => ({ place: placeOf({ name, line: each }), why }));
}

/** Accounts from variables of a `.env` file or of a process; `line` 0 stands for the latter. */
export function readVariables(
  given: readonly DotenvVariable[],
  accountsOf: AccountsOf,
  client: OAuthClient | undefined,
): ForeignReading {
  const harvest: Harvest = { accounts: [], faults: given.flatMap(lostFaults) };
  const isTorn = ({ name, isOpen }: DotenvVariable) => isOpen && OURS.test(name);
  for (const variable of given.filter(isTorn)) harvest.faults.push({ place: placeOf(variable), why: OPEN });
  const variables = given.filter((variable) => !isTorn(variable));
  const entries = accountsOf(valuesOf(variables));
  const reading = { variables, entries, client, accountsOf };
  const used = new Set<AccountEntry>();
  for (const variable of variables) if (OWN.test(variable.name)) takeOwn(variable, reading, used, harvest);
  for (const entry of entries) if (!used.has(entry)) takeOther(entry, reading, harvest);
  // What an own line says of the same number is said once.
  const told = new Set(variables.filter(({ name }) => OWN.test(name)).map(numberOf));
  for (const variable of variables) {
    const isBlank = SECRET.test(variable.name) && isBlankValue(variable.value) && !told.has(numberOf(variable));
    if (isBlank) harvest.faults.push({ place: placeOf(variable), why: "it is empty" });
  }
  return { kind: "accounts", format: "env", ...harvest, notes: [] };
}
