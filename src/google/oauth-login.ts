import type { OAuthClient } from "../core/credential";
import { redact } from "../core/redact";
import type { CodeExchange, Consent, ExchangeResult, OAuthLogin, Person } from "../ports/login";
import type { Fetch } from "../ports/world";
import { cleanName } from "./code-assist/clean";
import { classifyCodeRefusal } from "./errors/code-refusal";
import { asRecord, asText, type Loose, parseJson } from "./errors/loose";
import { callSmall, type SmallAnswer } from "./tiny-http";
import { readTokens } from "./token-answer";
import { USER_AGENT } from "./user-agent";

/** What logging in works with: whole URLs, Google's or the user's own. */
export interface OAuthLoginOptions {
  readonly fetch: Fetch;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
}

/**
 * Google's login for installed programs: authorization code, PKCE, state.
 * https://developers.google.com/identity/protocols/oauth2/native-app. One call each, no repeats: a code is good for one exchange.
 * Without google-auth-library: it would add nothing here but its 50 ms.
 */
export function createOAuthLogin({ fetch, authorizeUrl, tokenUrl, userinfoUrl }: OAuthLoginOptions): OAuthLogin {
  return {
    authorizeUrl: (consent) => addressOf(authorizeUrl, consent),
    async exchange(exchange, signal) {
      const headers = { "content-type": "application/x-www-form-urlencoded", "user-agent": USER_AGENT };
      const body = formOf(exchange).toString();
      const answer = await callSmall({ fetch, url: tokenUrl, method: "POST", headers, body, signal });
      return readExchange(answer, exchange);
    },
    async whoIs(accessToken, signal) {
      const headers = { authorization: `Bearer ${accessToken}`, "user-agent": USER_AGENT };
      const answer = await callSmall({ fetch, url: userinfoUrl, method: "GET", headers, signal });
      return answer.kind === "answer" && answer.status === 200 ? personIn(answer.body) : undefined;
    },
  };
}

/** `prompt=consent`: only then does Google give a refresh token again to somebody who has agreed before. */
function addressOf(authorizeUrl: string, consent: Consent): string {
  const { client, scopes, redirectUri, state, codeChallenge, loginHint } = consent;
  const url = new URL(authorizeUrl);
  const query = {
    client_id: client.id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: scopes.join(" "),
    access_type: "offline",
    prompt: "consent",
    state,
    code_challenge: codeChallenge,
    code_challenge_method: "S256",
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function formOf({ client, code, redirectUri, codeVerifier }: CodeExchange): URLSearchParams {
  return new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    ...clientFields(client),
  });
}

const clientFields = ({ id, secret }: OAuthClient) => ({
  client_id: id,
  ...(secret === undefined ? {} : { client_secret: secret }),
});

function readExchange(answer: SmallAnswer, { isBare }: CodeExchange): ExchangeResult {
  if (answer.kind === "failed") return { kind: "failed", outcome: answer.outcome };
  if (answer.status !== 200) return { kind: "failed", outcome: classifyCodeRefusal(answer, isBare) };
  const tokens = readTokens(answer.body);
  if (tokens.kind === "failed") return { kind: "failed", outcome: tokens.outcome };
  const { accessToken, lifetimeMs, refreshToken } = tokens;
  const fields = asRecord(parseJson(answer.body));
  const person = identityIn(asText(fields?.["id_token"]));
  const scopes = (asText(fields?.["scope"]) ?? "").split(/\s+/).filter((scope) => scope !== "");
  return {
    kind: "granted",
    tokens: {
      accessToken,
      lifetimeMs,
      scopes,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(person === undefined ? {} : { person }),
    },
  };
}

/** Its signature need not be looked at where it came from the token endpoint itself (OpenID Connect Core 3.1.3.7). */
function identityIn(idToken: string | undefined): Person | undefined {
  const claims = idToken?.split(".")[1];
  return claims === undefined ? undefined : personIn(Buffer.from(claims, "base64url").toString("utf8"));
}

/** Version 2 of userinfo says `id`, version 3 and identity tokens say `sub`. */
function personIn(text: string): Person | undefined {
  const fields = asRecord(parseJson(text));
  if (fields === undefined) return undefined;
  const subject = cleanName(asText(fields["sub"]) ?? asText(fields["id"]));
  const email = emailIn(fields);
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(email === undefined ? {} : { email }),
  };
}

/** What stands behind the at sign is shown. */
const ADDRESS = /^[^\s@]+@([\p{L}\p{N}.-]{1,253})$/u;

/** An address that nobody has proved is nobody's. */
function emailIn(fields: Loose): string | undefined {
  const isProved = (fields["verified_email"] ?? fields["email_verified"]) !== false;
  const email = asText(fields["email"]) ?? "";
  const domain = ADDRESS.exec(email)?.[1];
  return isProved && domain !== undefined && redact(domain) === domain ? email : undefined;
}
