import type { OAuthClient } from "../../core/credential";
import type { ForeignReading } from "../../ports/import";
import { decodeAccount } from "../account-codec";
import { isFault, parseDocument } from "../accounts-document";
import { isObject } from "../json";
import { faultOf, type Harvest, isWithoutSecrets, NO_ID, NO_SECRETS, withClient } from "./place";

function take(raw: unknown, index: number, client: OAuthClient | undefined, { accounts, faults }: Harvest): void {
  const place = `account ${index + 1}`;
  if (isWithoutSecrets(raw)) return void faults.push({ place, why: NO_SECRETS });
  const decoded = decodeAccount(isObject(raw) ? { ...raw, id: raw["id"] ?? NO_ID } : raw, index + 1);
  if ("entry" in decoded) return void accounts.push({ place, entry: withClient(decoded.entry, client) });
  faults.push({ place, why: faultOf(decoded.problem) });
}

/**
 * A `gemini-auth.json` of another machine, an export of ours, or the file of the ancestor
 * (`{accounts:[{id,email,refreshToken,projectId,enabled}]}`): the store reads them alike.
 */
export function readPoolFile(text: string, client: OAuthClient | undefined): ForeignReading {
  const document = parseDocument(text);
  if (isFault(document)) return { kind: "wrong", sentence: `The file ${document.what}.` };
  const harvest: Harvest = { accounts: [], faults: [] };
  for (const [index, raw] of document.accounts.entries()) take(raw, index, client, harvest);
  const isOurs = document.accounts.some((raw) => isObject(raw) && "credential" in raw) || document.removed.length > 0;
  const gone = document.removed.length;
  const notes = gone === 0 ? [] : [`It remembers ${gone} removed there; an import removes nothing here.`];
  return { kind: "accounts", format: isOurs ? "pool" : "ancestor", ...harvest, notes };
}
