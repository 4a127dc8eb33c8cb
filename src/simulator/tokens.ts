import type { EpochMs } from "../core/account";
import { refusedAssertion, signerOf } from "./assertions";
import { type ConsentDesk, createConsentDesk, type Redeemed } from "./consents";
import { createIssuedTokens, type IssuedTokens } from "./issued-tokens";
import {
  clientOf,
  DEFAULT_CLIENT,
  isSeat,
  isServiceAccount,
  isTokenAccount,
  type Scenario,
  type SeatAccount,
  type ServiceAccount,
  type TokenAccount,
} from "./scenario";

/** What a token endpoint call comes to: a new token, or the named refusal. */
export type Exchanged =
  | {
      readonly kind: "token";
      readonly account: TokenAccount;
      readonly accessToken: string;
      readonly expiresIn: number;
      /** Of a code: what was agreed to, and the refresh token if there is one. */
      readonly granted?: { readonly scope: string; readonly refreshToken: string | undefined };
    }
  | { readonly kind: "refused"; readonly account: TokenAccount | undefined; readonly case: string };

/** Logins, their access tokens and the ends of both. */
export interface TokenDesk extends Pick<ConsentDesk, "authorize" | "tokensOf"> {
  /** The token endpoint: a refresh token, a code or a service account's signature for an access token. */
  exchange(form: URLSearchParams, now: EpochMs): Exchanged;
  /** Whose refresh token, code or signature is exchanged, dead or alive. */
  owner(form: URLSearchParams): TokenAccount | undefined;
  /** The account a live access token belongs to; `expired` where it was one once. */
  holder(accessToken: string, now: EpochMs): TokenAccount | "expired" | undefined;
  /** The service account of the machine that the pool runs on. */
  readonly machine: ServiceAccount | undefined;
  /** Its token, the same one until five minutes before its end, with the seconds that are left of it. */
  machineToken(now: EpochMs): { readonly accessToken: string; readonly expiresIn: number } | undefined;
  /** Whose refresh or access token this is, dead or alive. */
  known(token: string): TokenAccount | undefined;
  /**
   * Ends a refresh token, a service account's key (by its e-mail), an access token or all access tokens of a label;
   * without a name, every access token.
   */
  expire(name?: string): void;
}

const MACHINE_MARGIN_MS = 300_000;

/** The desk of a scenario whose first tokens are valid from `now`. */
export function createTokenDesk(scenario: Scenario, now: EpochMs): TokenDesk {
  const holders = scenario.accounts.filter(isTokenAccount);
  const revoked = new Set<string>();
  const expiresIn = scenario.oauth?.expiresIn ?? 3599;
  const tokens = createIssuedTokens(holders, expiresIn, now);
  const machine = holders.filter(isServiceAccount).find(({ isMachine }) => isMachine);
  const consents = createConsentDesk(scenario);

  const seatOf = (refreshToken: string) =>
    consents.tokenOwner(refreshToken) ?? holders.filter(isSeat).find((seat) => seat.refreshToken === refreshToken);

  const owner = (form: URLSearchParams) => {
    if (form.has("assertion")) return signerOf(scenario, form.get("assertion"));
    const code = form.get("code");
    return code === null ? seatOf(form.get("refresh_token") ?? "") : consents.codeOwner(code);
  };

  const issue = (account: TokenAccount, at: EpochMs) => ({
    account,
    accessToken: tokens.issue(account, at),
    expiresIn,
  });

  return {
    owner,
    machine,
    authorize: consents.authorize,
    tokensOf: consents.tokensOf,
    exchange(form, at) {
      if (form.get("grant_type") === "authorization_code") return redeemed(consents.redeem(form, at), issue, at);
      const account = owner(form);
      const refused =
        refusedAssertion(scenario, { form, revoked, now: at }) ?? refusedRefresh({ scenario, form, account, revoked });
      if (refused !== undefined || account === undefined)
        return { kind: "refused", account, case: refused ?? "oauth_invalid_grant_bad_request" };
      return { kind: "token", ...issue(account, at) };
    },
    holder(accessToken, at) {
      const token = tokens.find(accessToken);
      return token === undefined ? undefined : token.endsAt > at ? token.account : "expired";
    },
    machineToken: machineTokens(machine, tokens, issue),
    known: (token) => seatOf(token) ?? tokens.find(token)?.account,
    expire(name) {
      if (name !== undefined && (seatOf(name) || isEmailIn(holders, name))) revoked.add(name);
      tokens.end(name);
    },
  };
}

const isEmailIn = (holders: readonly TokenAccount[], name: string): boolean =>
  holders.some((one) => isServiceAccount(one) && one.serviceEmail === name);

type Issue = (account: TokenAccount, at: EpochMs) => Omit<Extract<Exchanged, { kind: "token" }>, "kind" | "granted">;

/** A code that is good brings tokens. */
function redeemed(code: Redeemed, issue: Issue, at: EpochMs): Exchanged {
  if (code.kind === "refused") return code;
  const { account, scope, refreshToken } = code;
  return { kind: "token", ...issue(account, at), granted: { scope, refreshToken } };
}

/** The same token until shortly before its end, as the metadata server has it. */
function machineTokens(
  machine: ServiceAccount | undefined,
  tokens: IssuedTokens,
  issue: Issue,
): TokenDesk["machineToken"] {
  let current: string | undefined;
  return (at) => {
    if (machine === undefined) return undefined;
    const endsAt = tokens.find(current ?? "")?.endsAt ?? 0;
    if (current !== undefined && endsAt - at > MACHINE_MARGIN_MS)
      return { accessToken: current, expiresIn: Math.floor((endsAt - at) / 1000) };
    const { accessToken, expiresIn } = issue(machine, at);
    current = accessToken;
    return { accessToken, expiresIn };
  };
}

interface RefreshCheck {
  readonly scenario: Scenario;
  readonly form: URLSearchParams;
  readonly account: TokenAccount | undefined;
  readonly revoked: ReadonlySet<string>;
}

/** Client first, as Google does: a wrong client is everybody's problem, a wrong token one account's. */
function refusedRefresh({ scenario, form, account, revoked }: RefreshCheck): string | undefined {
  if (form.has("assertion")) return undefined;
  const seat: SeatAccount | undefined = account && isSeat(account) ? account : undefined;
  const { id, secret } = seat === undefined ? DEFAULT_CLIENT : clientOf(scenario, seat);
  if (form.get("client_id") !== id || (secret !== undefined && form.get("client_secret") !== secret))
    return "oauth_invalid_client";
  if (seat === undefined || form.get("grant_type") !== "refresh_token") return "oauth_invalid_grant_bad_request";
  return revoked.has(form.get("refresh_token") ?? "") ? "oauth_invalid_grant_revoked" : undefined;
}
