import { createHash } from "node:crypto";
import type { EpochMs } from "../core/account";
import { type ConsentRule, clientOf, isSeat, type Scenario, type SeatAccount } from "./scenario";

/** Where the browser is sent, or the page it shows instead. */
export type Consented =
  | { readonly kind: "back"; readonly account: SeatAccount; readonly location: string }
  | { readonly kind: "page"; readonly status: number; readonly text: string };

/** What a code comes to. `scope` is what was agreed to. */
export type Redeemed =
  | {
      readonly kind: "granted";
      readonly account: SeatAccount;
      readonly scope: string;
      readonly refreshToken: string | undefined;
    }
  | { readonly kind: "refused"; readonly account: SeatAccount | undefined; readonly case: string };

/** People who agree by themselves, the codes they got and the refresh tokens that came of them. */
export interface ConsentDesk {
  /** The address in the browser. `login_hint` (e-mail, user or label) names the person; default the client's first. */
  authorize(query: URLSearchParams, now: EpochMs): Consented;
  /** A code is good once, for ten minutes, with the redirect to the letter and the verifier of its challenge. */
  redeem(form: URLSearchParams, now: EpochMs): Redeemed;
  codeOwner(code: string): SeatAccount | undefined;
  tokenOwner(refreshToken: string): SeatAccount | undefined;
  /** The refresh tokens that a person got here. */
  tokensOf(account: SeatAccount): readonly string[];
}

interface Code {
  readonly account: SeatAccount;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly isPlain: boolean;
  readonly scope: string;
  readonly wantsRefreshToken: boolean;
  readonly endsAt: EpochMs;
  isUsed: boolean;
}

const CODE_LIFE_MS = 600_000;

/** Any port of this machine, by its numbers or as localhost. https://developers.google.com/identity/protocols/oauth2/native-app#redirect-uri_loopback */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/[^#]*)?$/;

export function createConsentDesk(scenario: Scenario): ConsentDesk {
  const rule = scenario.oauth?.consent ?? {};
  const codes = new Map<string, Code>();
  const granted = new Map<string, SeatAccount>();
  const agreed = new Set<string>();

  return {
    codeOwner: (code) => codes.get(code)?.account,
    tokenOwner: (refreshToken) => granted.get(refreshToken),
    tokensOf: (account) => [...granted].flatMap(([token, owner]) => (owner === account ? [token] : [])),
    authorize(query, now) {
      const account = personOf(scenario, query);
      const fault = faultOf(query, account);
      if (fault !== undefined || account === undefined) return errorPage(fault ?? "invalid_client");
      const state = rule.says === "wrong-state" ? "of-another-login" : (query.get("state") ?? "");
      if (rule.says === "no") return sentBack(query, account, { error: "access_denied", state });
      const code = `4/0Aexample-${account.label.replace(/[^\w-]+/g, "-")}-${codes.size + 1}`;
      const isAsked = !agreed.has(account.label) || query.get("prompt") === "consent";
      agreed.add(account.label);
      const made = codeFor(query, account, { rule, isAsked, endsAt: now + CODE_LIFE_MS });
      codes.set(code, made);
      return sentBack(query, account, { state, code, scope: made.scope });
    },
    redeem(form, now) {
      const code = codes.get(form.get("code") ?? "");
      const refused = refusedCode({ scenario, form, code, now });
      if (refused !== undefined || code === undefined)
        return { kind: "refused", account: code?.account, case: refused ?? "oauth_invalid_grant_malformed_code" };
      code.isUsed = true;
      const { account, scope } = code;
      const refreshToken = code.wantsRefreshToken ? `${account.refreshToken}-${granted.size + 2}` : undefined;
      if (refreshToken !== undefined) granted.set(refreshToken, account);
      return { kind: "granted", account, scope, refreshToken };
    },
  };
}

interface CodeTerms {
  readonly rule: ConsentRule;
  /** Whether the person saw what they agree to: only then there is a refresh token. */
  readonly isAsked: boolean;
  readonly endsAt: EpochMs;
}

const codeFor = (query: URLSearchParams, account: SeatAccount, { rule, isAsked, endsAt }: CodeTerms): Code => ({
  account,
  redirectUri: query.get("redirect_uri") ?? "",
  scope: scopesOf(query)
    .filter((one) => !rule.unticked?.includes(one))
    .join(" "),
  challenge: query.get("code_challenge"),
  isPlain: query.get("code_challenge_method") !== "S256",
  wantsRefreshToken: query.get("access_type") === "offline" && isAsked && rule.withoutRefreshToken !== true,
  endsAt,
  isUsed: false,
});

function sentBack(query: URLSearchParams, account: SeatAccount, answer: Readonly<Record<string, string>>): Consented {
  const back = new URL(query.get("redirect_uri") ?? "");
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  return { kind: "back", account, location: back.href };
}

const scopesOf = (query: URLSearchParams): readonly string[] =>
  (query.get("scope") ?? "").split(/\s+/).filter((scope) => scope !== "");

function personOf(scenario: Scenario, query: URLSearchParams): SeatAccount | undefined {
  const people = scenario.accounts
    .filter(isSeat)
    .filter((seat) => clientOf(scenario, seat).id === query.get("client_id"));
  const hint = query.get("login_hint");
  return people.find(({ email, user, label }) => hint !== null && [email, user, label].includes(hint)) ?? people[0];
}

/** What Google shows on a page of its own, because it cannot send anybody back. */
function faultOf(query: URLSearchParams, account: SeatAccount | undefined): string | undefined {
  if (account === undefined) return "invalid_client";
  if (!LOOPBACK.test(query.get("redirect_uri") ?? "")) return "redirect_uri_mismatch";
  if (query.get("response_type") !== "code") return "unsupported_response_type";
  return scopesOf(query).length === 0 ? "invalid_request" : undefined;
}

const errorPage = (error: string): Consented => ({
  kind: "page",
  status: error === "invalid_client" ? 401 : 400,
  text: `<!doctype html><title>Error</title><p>Access blocked: authorization error. Error ${error === "invalid_client" ? 401 : 400}: ${error}`,
});

interface CodeCheck {
  readonly scenario: Scenario;
  readonly form: URLSearchParams;
  readonly code: Code | undefined;
  readonly now: EpochMs;
}

/** The name of the case that refuses; a code that fails once is gone. */
function refusedCode({ scenario, form, code, now }: CodeCheck): string | undefined {
  if (code === undefined) return undefined;
  const { id, secret } = clientOf(scenario, code.account);
  if (form.get("client_id") !== id || (secret !== undefined && form.get("client_secret") !== secret))
    return "oauth_invalid_client";
  if (form.get("redirect_uri") !== code.redirectUri) return "oauth_redirect_uri_mismatch";
  if (code.isUsed || code.endsAt <= now) return "oauth_invalid_grant_bad_request";
  return isProved(code, form.get("code_verifier") ?? "") ? undefined : "oauth_invalid_grant_bad_request";
}

function isProved({ challenge, isPlain }: Code, verifier: string): boolean {
  if (challenge === null) return true;
  const shown = isPlain ? verifier : createHash("sha256").update(verifier).digest("base64url");
  return verifier.length >= 43 && shown === challenge;
}
