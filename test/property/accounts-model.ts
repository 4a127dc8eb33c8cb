import type { AccountId } from "../../src/core/account";
import type { Credential, OAuthCredential } from "../../src/core/credential";
import type { AccountOperation } from "../../src/ports/account-store";

/** An account as the naive model has it: whose it is, and what operations may change. */
export interface ModelAccount {
  readonly id: AccountId;
  readonly enabled: boolean;
  readonly project: string | undefined;
  readonly credential: Credential;
}

/** All accounts in the order they were added, and who was removed. */
export interface AccountsModel {
  readonly accounts: readonly ModelAccount[];
  readonly removed: readonly AccountId[];
}

export const NO_ACCOUNTS: AccountsModel = { accounts: [], removed: [] };

const personOf = (credential: Credential): string => {
  if (credential.kind === "oauth") return `person ${credential.subject}`;
  if (credential.kind === "api-key") return `key ${credential.key}`;
  throw new Error(`the model knows no ${credential.kind}`);
};

const relogin = (before: Credential, given: Credential): Credential =>
  before.kind === "oauth" && given.kind === "oauth" ? { ...given, generation: before.generation + 1 } : given;

const isNewer = (given: OAuthCredential, before: Credential): boolean =>
  before.kind !== "oauth" || given.generation > before.generation;

/** One operation after the other, as a single reader who is never stale would do them. */
export function applied(model: AccountsModel, operation: AccountOperation): AccountsModel {
  const { accounts, removed } = model;
  const change = (id: AccountId, of: (account: ModelAccount) => ModelAccount): AccountsModel => ({
    accounts: accounts.map((account) => (account.id === id ? of(account) : account)),
    removed,
  });
  switch (operation.type) {
    case "add": {
      const { account, credential } = operation;
      const same = accounts.find((known) => personOf(known.credential) === personOf(credential));
      if (same)
        return change(same.id, (known) => ({
          ...known,
          project: account.project ?? known.project,
          credential: relogin(known.credential, credential),
        }));
      const { id, enabled, project } = account;
      return {
        accounts: [...accounts, { id, enabled, project, credential }],
        removed: removed.filter((each) => each !== id),
      };
    }
    case "set-enabled":
      return change(operation.id, (known) => ({ ...known, enabled: operation.enabled }));
    case "set-project":
      return change(operation.id, (known) => ({ ...known, project: operation.project }));
    case "replace-credential": {
      const { id, credential } = operation;
      return change(id, (known) =>
        credential.kind !== "oauth" || isNewer(credential, known.credential) ? { ...known, credential } : known,
      );
    }
    case "remove": {
      const isThere = accounts.some(({ id }) => id === operation.id);
      if (!isThere) return model;
      return {
        accounts: accounts.filter(({ id }) => id !== operation.id),
        removed: [...removed.filter((id) => id !== operation.id), operation.id],
      };
    }
  }
}
