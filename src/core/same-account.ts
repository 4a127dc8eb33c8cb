import type { Account } from "./account";
import { type Credential, NO_REFRESH_TOKEN, type OAuthCredential } from "./credential";

/** What tells whose quota an account spends. */
type Home = Pick<Account, "backend" | "credential" | "project" | "location" | "quotaProject">;

/** What tells one account from another. */
export interface AccountIdentity {
  readonly account: Home;
  readonly credential: Credential;
}

/** Google's number of a person never changes; an e-mail may, so it counts only where one of the two has no number. */
function sameLogin(a: OAuthCredential, b: OAuthCredential): boolean {
  if (a.subject !== undefined && b.subject !== undefined) return a.subject === b.subject;
  if (a.email !== undefined && a.email.toLowerCase() === b.email?.toLowerCase()) return true;
  return a.refreshToken === b.refreshToken && a.refreshToken !== NO_REFRESH_TOKEN;
}

function sameCredential(a: Credential, b: Credential): boolean {
  if (a.kind === "oauth" && b.kind === "oauth") return sameLogin(a, b);
  if (a.kind === "api-key" && b.kind === "api-key") return a.key === b.key;
  if (a.kind === "service-account" && b.kind === "service-account") return a.keyFile === b.keyFile;
  return a.kind === "adc" && b.kind === "adc";
}

/** Of Vertex AI, where an account names none. */
const locationOf = ({ location }: Home): string => location ?? "global";

/**
 * Whether two accounts spend the same quota for the same person or key. One person may use Vertex AI in several projects and
 * places, and the Gemini API for several projects, each with a quota of its own; elsewhere a person or key is one account.
 */
export function isSameHome(a: Home, b: Home): boolean {
  if (a.backend !== b.backend) return false;
  if (a.backend === "vertex") return a.project === b.project && locationOf(a) === locationOf(b);
  return a.backend !== "gemini-api" || a.credential !== "oauth" || a.quotaProject === b.quotaProject;
}

/** The same key, or the same person, in the same place: one account. The same refresh token is one person, where nothing else tells. */
export const isSameAccount = (a: AccountIdentity, b: AccountIdentity): boolean =>
  isSameHome(a.account, b.account) && sameCredential(a.credential, b.credential);
