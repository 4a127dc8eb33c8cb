import type { OAuthClient } from "../../core/credential";
import { MARKER } from "../../core/marker";
import type { ForeignAccount, ForeignFault, ForeignReading } from "../../ports/import";
import { maskEmail } from "../account-codec";
import { isObject, type JsonObject } from "../json";
import { importedEntry, loginOf, textOf, withClient } from "./place";

const TYPES = new Set(["api", "oauth", "wellknown"]);

/** opencode's `auth.json`: one entry per provider. */
export const isOpencode = (file: JsonObject): boolean =>
  Object.values(file).some((entry) => isObject(entry) && TYPES.has(String(entry["type"])));

/** Logins as jenslys/opencode-gemini-auth packs them: `token|project|managed project|e-mail`, several joined by `;`. */
function packed(refresh: string, client: OAuthClient | undefined): readonly ForeignAccount[] {
  const parts = refresh.split(";").map((each) => each.split("|").map(textOf));
  return parts.flatMap(([token, project, managed, email], index) => {
    if (token === undefined) return [];
    const label = email === undefined ? "opencode's own login" : maskEmail(email);
    const home = project ?? managed;
    const traits = { label, backend: "code-assist", ...(home === undefined ? {} : { project: home }) } as const;
    const place = parts.length === 1 ? "google" : `google, login ${index + 1}`;
    return [{ place, entry: withClient(importedEntry(traits, loginOf(token, { email })), client) }];
  });
}

const fault = (why: string): readonly ForeignFault[] => [{ place: "google", why }];

function googleEntry(google: JsonObject, client: OAuthClient | undefined) {
  const secret = textOf(google["type"] === "api" ? google["key"] : google["refresh"]);
  if (secret === MARKER) return { accounts: [], faults: fault("it is the mark of this pool, not a login") };
  if (secret === undefined) return { accounts: [], faults: fault("it holds no key and no login") };
  if (google["type"] === "oauth") {
    const accounts = packed(secret, client);
    return { accounts, faults: accounts.length === 0 ? fault("it holds no login") : [] };
  }
  const traits = { label: "opencode's own key", backend: "gemini-api" } as const;
  return {
    accounts: [{ place: "google", entry: importedEntry(traits, { kind: "api-key", key: secret }) }],
    faults: [],
  };
}

/** Reads its `google` entry; those of other providers are nobody's business here. */
export function readOpencode(file: JsonObject, client: OAuthClient | undefined): ForeignReading {
  const google = file["google"];
  if (!isObject(google)) return { kind: "wrong", sentence: "opencode has no google login there." };
  return { kind: "accounts", format: "opencode", ...googleEntry(google, client), notes: [] };
}
