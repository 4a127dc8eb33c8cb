/** What a row says. `parked`: a person must end it; the words end with what to do, unless nothing helps (`final`). */
export type TokenVerdict =
  | { readonly kind: "parked"; readonly say: string; readonly final?: true }
  | { readonly kind: "clock" }
  | { readonly kind: "machine"; readonly say: string };

/** One row: an OAuth error, and words that its description or subtype must hold. All in lower case. */
export interface TokenRule {
  readonly errors: readonly string[];
  readonly has?: readonly string[];
  readonly verdict: TokenVerdict;
}

const LOGIN: TokenVerdict = {
  kind: "parked",
  say: "Google no longer accepts this login: it was revoked, has expired, or belongs to another OAuth client.",
};
const ORGANISATION: TokenVerdict = {
  kind: "parked",
  say: "The account's organisation has ended the session (Google Workspace session control) and asks to sign in again, often every day.",
};
const GONE: TokenVerdict = { kind: "parked", say: "Google says this account was deleted.", final: true };
const KEY_GONE: TokenVerdict = {
  kind: "parked",
  say: "Google does not know this service-account key, or its account was deleted or disabled.",
};
const CLIENT: TokenVerdict = {
  kind: "machine",
  say: "Google does not accept the OAuth client of this login: its id or secret is wrong, or it was deleted. Check it where it was made (Google Cloud, Credentials).",
};
/**
 * What the token endpoint's errors mean, first match first. None is worth a second try.
 * Sources: https://developers.google.com/identity/protocols/oauth2#expiration, google-gemini/gemini-cli#27475 (invalid_rapt), GAM-team/GAM#1171,
 * googleapis/google-api-ruby-client#720 (a disabled service account).
 */
export const TOKEN_RULES: readonly TokenRule[] = [
  {
    errors: ["invalid_grant", "rapt_required", "invalid_rapt"],
    has: ["invalid_rapt", "rapt_required", "reauth"],
    verdict: ORGANISATION,
  },
  {
    errors: ["invalid_grant"],
    has: ["short-lived token", "reasonable timeframe", "iat and exp", "too early", "too late", "clock"],
    verdict: { kind: "clock" },
  },
  { errors: ["invalid_grant"], has: ["jwt signature", "account not found", "robot is disabled"], verdict: KEY_GONE },
  { errors: ["invalid_grant"], has: ["been deleted"], verdict: GONE },
  { errors: ["invalid_grant", "invalid_scope", "access_denied"], verdict: LOGIN },
  {
    errors: ["invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "redirect_uri_mismatch"],
    verdict: CLIENT,
  },
];
