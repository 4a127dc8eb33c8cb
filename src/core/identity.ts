import type { Account, AccountId, BackendModelGroups, EpochMs } from "./account";

/** The project an account's calls are counted in, as Google named it in a refusal (`consumer`, e.g. `projects/123`). */
export interface Identity {
  readonly accountId: AccountId;
  readonly consumer: string;
  readonly observedAt: EpochMs;
  /** Tells whether the credential has been changed since: another key may spend another project's quota. */
  readonly credentialMark?: string;
}

/**
 * Two accounts that were refused alike within seconds, so they probably share a project: a refusal of one benches both.
 * A guess, so it fades (`until`) and a success of one while the other is out of quota dissolves it. `a` < `b`.
 */
export interface Link {
  readonly a: AccountId;
  readonly b: AccountId;
  readonly quotaId: string;
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** The key of a link, whichever way round the accounts are named. */
export const linkKey = (one: AccountId, other: AccountId): string =>
  one < other ? `${one} ${other}` : `${other} ${one}`;

/** The account with the project that Google named for it; the same object where there is nothing to add. */
export function withIdentity(
  account: Account,
  { identities }: { readonly identities: ReadonlyMap<AccountId, Identity> },
): Account {
  const consumer = identities.size === 0 ? undefined : identities.get(account.id)?.consumer;
  return consumer === undefined || consumer === account.consumer ? account : { ...account, consumer };
}

/** The account with all that is known of it beside the file: what Google named, and how the user groups its models. */
export function accountSeen(
  account: Account,
  state: { readonly identities: ReadonlyMap<AccountId, Identity> },
  groups: BackendModelGroups = {},
): Account {
  const named = withIdentity(account, state);
  const modelGroups = groups[account.backend];
  return modelGroups === undefined ? named : { ...named, modelGroups };
}

/** The project an account is known to belong to, on its backend; the user's word comes before Google's. */
export function projectOf({ backend, project, quotaProject, consumer }: Account): string | undefined {
  const name = project ?? quotaProject ?? consumer;
  return name === undefined ? undefined : `${backend}/${name}`;
}

/** The others of its project; without a known project it stands alone. */
export function siblingsOf(account: Account, accounts: readonly Account[]): readonly Account[] {
  const project = projectOf(account);
  if (project === undefined) return [];
  return accounts.filter((other) => other.id !== account.id && projectOf(other) === project);
}

/** A key of the Gemini API of which nobody has told whose quota it spends. */
export const isUnlabelled = (account: Account): boolean =>
  account.backend === "gemini-api" && account.credential === "api-key" && projectOf(account) === undefined;
