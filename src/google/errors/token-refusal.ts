import type { Failure, ParkedState } from "../../core/outcome";
import { oneLine } from "./line";
import { asRecord, asText, parseJson } from "./loose";
import { tidy } from "./sentence";

type TokenVerdict =
  | { readonly kind: "parked"; readonly state: Exclude<ParkedState, "banned">; readonly say: string }
  | { readonly kind: "machine"; readonly say: string };

/** One row: an OAuth error, and words that its description or subtype must hold. All in lower case. */
interface TokenRule {
  readonly errors: readonly string[];
  readonly has?: readonly string[];
  readonly verdict: TokenVerdict;
}

const LOGIN: TokenVerdict = {
  kind: "parked",
  state: "needs-login",
  say: "Google no longer accepts this login: it was revoked, has expired, or belongs to another OAuth client. Log in again.",
};
const ORGANISATION: TokenVerdict = {
  kind: "parked",
  state: "needs-login",
  say: "The account's organisation asks to sign in again (its session policy). Log in again.",
};
const GONE: TokenVerdict = { kind: "parked", state: "needs-login", say: "Google says this account was deleted." };
const KEY_GONE: TokenVerdict = {
  kind: "parked",
  state: "key-invalid",
  say: "Google does not know this service-account key or its account any more.",
};
const CLOCK: TokenVerdict = {
  kind: "machine",
  say: "This machine's clock is wrong: Google refuses tokens signed with it. Set the time.",
};
const CLIENT: TokenVerdict = {
  kind: "machine",
  say: "Google does not accept the OAuth client of this login: its id or secret is wrong, or it was deleted. Check it where it was made (Google Cloud, Credentials).",
};

/**
 * What the token endpoint's errors mean, first match first. None is worth a second try.
 * Sources: https://developers.google.com/identity/protocols/oauth2#expiration, google-gemini/gemini-cli#27475 (invalid_rapt), GAM-team/GAM#1171.
 */
const TOKEN_RULES: readonly TokenRule[] = [
  {
    errors: ["invalid_grant", "rapt_required", "invalid_rapt"],
    has: ["invalid_rapt", "rapt_required", "reauth"],
    verdict: ORGANISATION,
  },
  {
    errors: ["invalid_grant"],
    has: ["short-lived token", "reasonable timeframe", "iat and exp", "used too early", "used too late", "clock"],
    verdict: CLOCK,
  },
  { errors: ["invalid_grant"], has: ["jwt signature", "account not found"], verdict: KEY_GONE },
  { errors: ["invalid_grant"], has: ["been deleted"], verdict: GONE },
  { errors: ["invalid_grant", "invalid_scope", "access_denied"], verdict: LOGIN },
  {
    errors: ["invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "redirect_uri_mismatch"],
    verdict: CLIENT,
  },
];

const LONGEST = 2_000;

/** A refusal of the token endpoint, as it came. `body` holds at most 64 KiB. */
export interface TokenRefusal {
  readonly status: number;
  readonly body: string;
}

/**
 * Translates a refusal of Google's token endpoint. Pure and total. A failing endpoint (5xx, 429, an answer that is not its own) is
 * transient and no account's fault; what names the client, the clock or our request is this machine's.
 */
export function classifyTokenRefusal({ status, body }: TokenRefusal): Failure {
  const answer = asRecord(parseJson(body));
  const said = (name: string) => oneLine((asText(answer?.[name]) ?? "").slice(0, LONGEST));
  const name = said("error");
  const error = name.toLowerCase();
  const description = said("error_description");
  const words = `${error} ${description} ${said("error_subtype")}`.toLowerCase();
  const rule = TOKEN_RULES.find(
    (row) => row.errors.includes(error) && (row.has?.some((text) => words.includes(text)) ?? true),
  );
  if (status < 500 && rule?.verdict.kind === "parked") {
    return { kind: "parked", state: rule.verdict.state, scope: "account", status, sentence: rule.verdict.say };
  }
  if (status < 500 && rule) return { kind: "machine", status, sentence: rule.verdict.say };
  if (status >= 400 && status < 500 && ![408, 429].includes(status) && error !== "") {
    return {
      kind: "machine",
      status,
      sentence: tidy(`Google's login service refused the call (${name}). ${description}`),
    };
  }
  return {
    kind: "transient",
    cause: "server",
    status,
    sentence: "Google's login service did not answer as it should.",
  };
}
