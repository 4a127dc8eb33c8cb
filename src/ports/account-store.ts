import type { Account, AccountId, EpochMs } from "../core/account";
import type { Credential, OAuthClient } from "../core/credential";
import type { NamedClient } from "../core/named-client";
import type { Cancel } from "./world";

/** An account and its secret, as the pool needs them together. */
export interface AccountEntry {
  readonly account: Account;
  readonly credential: Credential;
}

/** What is there now. The same object as last time means nothing changed. */
export interface AccountsView {
  readonly entries: readonly AccountEntry[];
  /** What is wrong with the source, in a sentence that names it and the next step; the entries are then the last good ones. */
  readonly problem?: string;
  /** The OAuth clients of the user's own, in the order they were added; absent where there are none. */
  readonly clients?: readonly NamedClient[];
}

/** Anything accounts come from. `current` costs microseconds when nothing changed and never throws. */
export interface AccountSource {
  current(): AccountsView;
  /** Calls `listener` within a second of a change by anybody, until it is cancelled; absent where nothing can change. */
  watch?(listener: () => void): Cancel;
}

/** A small, named change; applied under the lock to what is on disk then, so a stale reader can never undo another's work. */
export type AccountOperation =
  /**
   * The same key, or the same person on the same backend, is one account: it keeps its id and takes the newer credential. An id that
   * another one has is never taken over: the result says the new one. `isAgain`: for the account of that id, whatever it had.
   */
  | { readonly type: "add"; readonly account: Account; readonly credential: Credential; readonly isAgain?: boolean }
  | { readonly type: "set-enabled"; readonly id: AccountId; readonly enabled: boolean }
  /** Ignored unless its generation is newer than the one on disk. */
  | { readonly type: "replace-credential"; readonly id: AccountId; readonly credential: Credential }
  /** What Google says of a seat: its project, and its tier where one is given. `isFill`: only where no project stands there. */
  | {
      readonly type: "set-project";
      readonly id: AccountId;
      readonly project: string;
      readonly tier?: string;
      readonly isFill?: boolean;
    }
  | { readonly type: "remove"; readonly id: AccountId; readonly at: EpochMs };

/** The same for the OAuth clients of the user's own. A login keeps the client it was made with, whatever becomes of it here. */
export type ClientOperation =
  /** A client of that name takes the new id and secret. */
  | { readonly type: "set-client"; readonly name: string; readonly client: OAuthClient }
  | { readonly type: "remove-client"; readonly name: string };

/** What became of an operation. `id` is the account it was applied to, or the name of the client. */
export interface OperationResult {
  readonly id: AccountId;
  readonly effect: "added" | "updated" | "removed" | "unchanged";
}

/** The accounts file. Safe across processes. */
export interface AccountStore extends AccountSource {
  /** Throws PoolError and leaves the file as it was where it cannot be read, written or locked. */
  update(operations: readonly (AccountOperation | ClientOperation)[]): Promise<readonly OperationResult[]>;
  /** One refresh at a time for one account, across processes. */
  exclusively<T>(id: AccountId, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}
