import type { AccountId, EpochMs } from "./account";

/** The project an account's calls are counted in, as Google named it in a refusal (`consumer`, e.g. `projects/123`). */
export interface Identity {
  readonly accountId: AccountId;
  readonly consumer: string;
  readonly observedAt: EpochMs;
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
