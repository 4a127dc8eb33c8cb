import type { EpochMs } from "../core/account";
import type { TokenAccount } from "./scenario";

const KEPT_TOKENS = 1000;

interface Issued {
  readonly account: TokenAccount;
  endsAt: EpochMs;
}

/** The access tokens that are out; the last thousand. */
export interface IssuedTokens {
  issue(account: TokenAccount, at: EpochMs): string;
  /** Whose it is and when it ends. */
  find(accessToken: string): { readonly account: TokenAccount; readonly endsAt: EpochMs } | undefined;
  /** Ends an access token, or all of a label; without a name, every one. */
  end(name?: string): void;
}

/** Those that accounts begin with are valid from `now`; new ones live for `expiresIn` seconds. */
export function createIssuedTokens(holders: readonly TokenAccount[], expiresIn: number, now: EpochMs): IssuedTokens {
  const issued = firstTokens(holders, now);
  let count = 0;
  return {
    issue(account, at) {
      count += 1;
      const accessToken = `ya29.example-${account.label.replace(/[^\w-]+/g, "-")}-${count}`;
      issued.set(accessToken, { account, endsAt: at + expiresIn * 1000 });
      const oldest = issued.keys().next().value;
      if (issued.size > KEPT_TOKENS && oldest !== undefined) issued.delete(oldest);
      return accessToken;
    },
    find: (accessToken) => issued.get(accessToken),
    end(name) {
      for (const [accessToken, token] of issued) {
        if (name === undefined || name === accessToken || name === token.account.label) token.endsAt = 0;
      }
    },
  };
}

const firstTokens = (holders: readonly TokenAccount[], now: EpochMs) =>
  new Map<string, Issued>(
    holders.flatMap((account) =>
      account.accessToken === undefined
        ? []
        : [[account.accessToken, { account, endsAt: now + (account.accessTokenSeconds ?? 3600) * 1000 }] as const],
    ),
  );
