import type { AccountId, BackendName } from "../core/account";
import type { AccountEntry, AccountStore } from "../ports/account-store";
import type { Person } from "../ports/login";

/** Whether a login is the person whose account it is to be for; `unknown` where one of the two says nothing. */
export type SamePerson = "same" | "other" | "unknown";

/** Google's number of a person never changes; an e-mail counts only where one of the two has no number. */
export function isSamePerson({ credential }: AccountEntry, person: Person): SamePerson {
  if (credential.kind !== "oauth") return "other";
  const { subject, email } = credential;
  if (subject !== undefined && person.subject !== undefined) return subject === person.subject ? "same" : "other";
  if (email === undefined || person.email === undefined) return "unknown";
  return email.toLowerCase() === person.email.toLowerCase() ? "same" : "other";
}

/** The account that a person wants to log in to again, if it is still there and of that backend. */
export const accountAgain = (
  store: Pick<AccountStore, "current">,
  id: AccountId | undefined,
  backend: BackendName,
): AccountEntry | undefined =>
  id === undefined
    ? undefined
    : store.current().entries.find(({ account }) => account.id === id && account.backend === backend);
