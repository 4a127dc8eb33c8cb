import type { OAuth2ClientOptions } from "google-auth-library";
import type { OAuthClient, OAuthCredential } from "../core/credential";
import type { Outcome } from "../core/outcome";
import type { OAuthRefresher, RefreshResult } from "../ports/upstream";
import type { Fetch } from "../ports/world";
import type { RefusedHolder } from "./errors/token-refusal";
import { callSmall, type SmallAnswer } from "./tiny-http";
import { readTokenAnswer } from "./token-answer";
import { USER_AGENT } from "./user-agent";

/** What refreshing works with. `tokenUrl` is Google's token endpoint, or the user's own. */
export interface OAuthRefresherOptions {
  readonly fetch: Fetch;
  readonly tokenUrl: string;
  /** Whose login is refreshed, for the words of a refusal; default one of our own. */
  readonly holder?: RefusedHolder;
}

const failed = (outcome: Outcome): RefreshResult => ({ kind: "failed", outcome });

const needsLogin = (sentence: string): RefreshResult =>
  failed({ kind: "parked", state: "needs-login", scope: "account", status: 0, sentence });

const NO_CLIENT = "This login needs the OAuth client it was made with: add the client to the account, or log in again.";
const NO_TOKEN = "This login holds no refresh token. Log in again.";
const NOT_SENT =
  "The login could not be refreshed: google-auth-library did not load, or the address of the token endpoint is not valid.";

/** The type the library wants names runtime extras of fetch that it never uses. */
type Transport = NonNullable<NonNullable<OAuth2ClientOptions["transporterOptions"]>["fetchImplementation"]>;

interface Refresh extends OAuthRefresherOptions {
  readonly refreshToken: string;
  readonly client: OAuthClient;
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets the library form the call and keeps what came over the wire: its errors lose the body of some answers.
 * Its own repeats are off (`retry: 0`), and its proxy agent stays out, since the given fetch knows the way.
 */
async function exchange({ fetch, tokenUrl, refreshToken, client, signal }: Refresh): Promise<SmallAnswer | undefined> {
  const { OAuth2Client } = await import("google-auth-library");
  let answer: SmallAnswer | undefined;
  const wire = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const headers = { "content-type": "application/x-www-form-urlencoded", "user-agent": USER_AGENT };
    answer = await callSmall({ fetch, url: tokenUrl, method: "POST", headers, body: String(init?.body), signal });
    return answer.kind === "answer"
      ? new Response(answer.body || null, { status: usable(answer.status) })
      : Response.error();
  };
  const library = new OAuth2Client({
    clientId: client.id,
    ...(client.secret === undefined ? {} : { clientSecret: client.secret }),
    endpoints: { oauth2TokenUrl: tokenUrl },
    transporterOptions: {
      fetchImplementation: wire as Transport,
      retryConfig: { retry: 0, noResponseRetries: 0 },
      noProxy: [new URL(tokenUrl).origin],
    },
  });
  library.setCredentials({ refresh_token: refreshToken });
  await library.refreshAccessToken().catch(() => undefined);
  return answer;
}

/** Google sends no refresh token, or the one it got; only another one is news. */
function withoutEcho(result: RefreshResult, sent: string): RefreshResult {
  if (result.kind === "failed" || result.refreshToken !== sent) return result;
  const { refreshToken: _, ...rest } = result;
  return rest;
}

/** A Response can be built with these only; the true status is kept beside it. */
const usable = (status: number): number => (status >= 200 && status <= 599 ? status : 502);

/**
 * Refreshes access tokens at Google's token endpoint through google-auth-library, which is loaded at the first refresh (about 50 ms).
 * One `refresh` is one HTTP call. Never throws. Google does not rotate refresh tokens, so calling twice at once is safe.
 */
export function createOAuthRefresher(options: OAuthRefresherOptions): OAuthRefresher {
  return {
    async refresh(credential: OAuthCredential, signal?: AbortSignal) {
      const { client, refreshToken } = credential;
      if (!client?.id) return needsLogin(NO_CLIENT);
      if (refreshToken === "") return needsLogin(NO_TOKEN);
      const answer = await exchange({ ...options, refreshToken, client, signal }).catch(() => undefined);
      if (answer) return withoutEcho(readTokenAnswer(answer, options), refreshToken);
      return failed({ kind: "machine", status: 0, sentence: NOT_SENT });
    },
  };
}
