import type { Account, AccountId } from "../core/account";
import type { OAuthCredential } from "../core/credential";
import { isSameHome } from "../core/same-account";
import type { AccountEntry } from "../ports/account-store";
import { cleanLabel, freeLabel, maskedEmail } from "./account-label";
import type { NewLogin } from "./new-login";
import { accountAgain, isSamePerson } from "./same-person";
import { inOneLine, offWords, type StoreParts, storeAccount, takenBy } from "./store-account";

/** What a login is stored as. */
export interface LoginHome extends Pick<Account, "backend"> {
  readonly project?: string;
  readonly quotaProject?: string;
  readonly location?: string;
  readonly tier?: string;
  /** Default: made of the person's e-mail, masked. */
  readonly label?: string;
  /** The account that is to be logged in again; another person's login becomes an account of its own. */
  readonly accountId?: AccountId;
}

/** What became of a login. `sentence` says it, without the e-mail. */
export type StoredLogin =
  | {
      readonly kind: "added" | "updated";
      readonly id: AccountId;
      readonly label: string;
      readonly account: Account;
      readonly sentence: string;
    }
  | { readonly kind: "failed"; readonly sentence: string };

/** Without a refresh token a login would be over within the hour. */
export const NOTHING_TO_RENEW =
  "Google gave no refresh token, so the login would end within the hour and no account was stored. Remove the app's access at https://myaccount.google.com/permissions and log in again: Google then gives one.";

/** Stores a login as an account. The same person on the same backend stays one account. Never throws. */
export async function storeLogin(login: NewLogin, home: LoginHome, parts: StoreParts): Promise<StoredLogin> {
  const credential = credentialOf(login);
  if (credential === undefined) return { kind: "failed", sentence: NOTHING_TO_RENEW };
  const { accountId, label, ...place } = home;
  const before = accountAgain(parts.store, accountId, home.backend);
  const same = before === undefined ? "other" : isSamePerson(before, login.person);
  const { subject } = login.person;
  const isBack = before !== undefined && same !== "other";
  const owner = isBack ? ownerOf(before, place, parts) : undefined;
  if (owner !== undefined) return { kind: "failed", sentence: takenWords(owner) };
  const fresh = {
    ...place,
    ...(isBack ? { id: before.account.id } : {}),
    ...(subject === undefined ? {} : { subject }),
    label: cleanLabel(label) ?? freeLabel(parts.store, nameOf(login)),
    credential: "oauth" as const,
  };
  const stored = await storeAccount(fresh, credential, parts);
  if (stored.kind === "failed") return stored;
  const isOther = accountId !== undefined && stored.id !== accountId;
  const other = isOther ? otherWords(before?.account.label) : "";
  return { ...stored, sentence: inOneLine(told(stored), offWords(stored.account), other) };
}

/** Another account of the same person, where the known one is to move to. */
function ownerOf(before: AccountEntry, place: Partial<Account>, { store }: StoreParts): Account | undefined {
  const account = { ...before.account, ...place };
  if (isSameHome(before.account, account)) return undefined;
  return takenBy(store, account.id, { account, credential: before.credential });
}

const takenWords = ({ label, quotaProject, project }: Account): string =>
  `No account was stored: ${label} is this person's account for ${quotaProject ?? project ?? "that project"} already.`;

function credentialOf({ client, tokens, person, grantedAt }: NewLogin): OAuthCredential | undefined {
  const { refreshToken, accessToken, lifetimeMs } = tokens;
  if (refreshToken === undefined) return undefined;
  return {
    kind: "oauth",
    refreshToken,
    client,
    generation: 1,
    ...(lifetimeMs > 0 ? { accessToken, expiresAt: grantedAt + lifetimeMs } : {}),
    ...person,
  };
}

const nameOf = ({ person }: NewLogin): string =>
  (person.email === undefined ? undefined : cleanLabel(maskedEmail(person.email))) ?? "login";

const told = ({ kind, label }: { readonly kind: "added" | "updated"; readonly label: string }): string =>
  kind === "added" ? `Added ${label}.` : `${label} was there already: it has the new login now.`;

const otherWords = (label: string | undefined): string =>
  label === undefined
    ? "The account that was to be logged in again is not there any more."
    : `This is another person than ${label}, which still needs its own login.`;
