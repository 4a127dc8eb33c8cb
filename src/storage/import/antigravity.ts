import type { OAuthClient } from "../../core/credential";
import { type ForeignReading, NO_REFRESH_TOKEN } from "../../ports/import";
import { maskEmail } from "../account-codec";
import { isObject, type JsonObject } from "../json";
import { type Harvest, importedEntry, loginOf, textOf } from "./place";

/**
 * `antigravity-accounts.json` of NoeFabris/opencode-antigravity-auth, versions 1 to 4. Its tokens belong to Antigravity's own client
 * and are taken only where the person says that they were made with a client of theirs. What else is in it (device fingerprints,
 * pauses) is not looked at.
 */
export const isAntigravity = (file: JsonObject): boolean =>
  Array.isArray(file["accounts"]) && ("activeIndex" in file || "activeIndexByFamily" in file);

const FORGOTTEN = "its login is for Antigravity alone, and without an e-mail nobody could tell whose it is";

function take(raw: unknown, place: string, client: OAuthClient | undefined, { accounts, faults }: Harvest): void {
  if (!isObject(raw)) return void faults.push({ place, why: "it is not an object" });
  const email = textOf(raw["email"]);
  const refreshToken = client ? textOf(raw["refreshToken"]) : NO_REFRESH_TOKEN;
  if (refreshToken === undefined) return void faults.push({ place, why: "it has no refresh token" });
  if (!client && email === undefined) return void faults.push({ place, why: FORGOTTEN });
  const project = textOf(raw["projectId"]) ?? textOf(raw["managedProjectId"]);
  const addedAt = raw["addedAt"];
  const label = textOf(raw["label"]) ?? (email === undefined ? place : maskEmail(email));
  const traits = {
    label,
    backend: "code-assist",
    enabled: raw["enabled"] !== false,
    ...(typeof addedAt === "number" ? { addedAt } : {}),
    ...(project === undefined ? {} : { project }),
  } as const;
  const credential = { ...loginOf(refreshToken, { email }), ...(client ? { client } : {}) };
  accounts.push({ place, entry: importedEntry(traits, credential) });
}

/** Reads it. Without a `client` every account comes without its login. */
export function readAntigravity(file: JsonObject, client: OAuthClient | undefined): ForeignReading {
  const harvest: Harvest = { accounts: [], faults: [] };
  const list = Array.isArray(file["accounts"]) ? file["accounts"] : [];
  for (const [index, raw] of list.entries()) take(raw, `account ${index + 1}`, client, harvest);
  const notes = client || harvest.accounts.length === 0 ? [] : [NOT_TAKEN];
  return { kind: "accounts", format: "antigravity", ...harvest, notes };
}

const NOT_TAKEN =
  "Tokens of Antigravity's own client are of no use here and were not taken: names and projects were, log in to each.";
