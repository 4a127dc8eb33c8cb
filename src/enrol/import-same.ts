import type { Credential, OAuthCredential } from "../core/credential";
import type { AccountEntry } from "../ports/account-store";
import { NO_REFRESH_TOKEN } from "../ports/import";

function sameLogin(a: OAuthCredential, b: OAuthCredential): boolean {
  if (a.refreshToken === b.refreshToken && a.refreshToken !== NO_REFRESH_TOKEN) return true;
  if (a.subject !== undefined && b.subject !== undefined) return a.subject === b.subject;
  return a.email !== undefined && a.email.toLowerCase() === b.email?.toLowerCase();
}

function sameCredential(a: Credential, b: Credential): boolean {
  if (a.kind === "oauth" && b.kind === "oauth") return sameLogin(a, b);
  if (a.kind === "api-key" && b.kind === "api-key") return a.key === b.key;
  if (a.kind === "service-account" && b.kind === "service-account") return a.keyFile === b.keyFile;
  return a.kind === "adc" && b.kind === "adc";
}

/**
 * The same key, or the same person, on the same backend: one account, as the store sees it. A person may use Vertex AI in several
 * projects and places. The same refresh token is the same person, where nothing else tells.
 */
export const isSameAccount = (a: AccountEntry, b: AccountEntry): boolean =>
  a.account.backend === b.account.backend &&
  (a.account.backend !== "vertex" ||
    (a.account.project === b.account.project && a.account.location === b.account.location)) &&
  sameCredential(a.credential, b.credential);
