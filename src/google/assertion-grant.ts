import type { RefreshResult } from "../ports/upstream";
import type { Clock, Fetch } from "../ports/world";
import { signAssertion } from "./assertion";
import { shown } from "./secret-file";
import type { ServiceAccountKey } from "./service-account-key";
import { callSmall } from "./tiny-http";
import { readTokenAnswer } from "./token-answer";
import { GOOGLE_TOKEN_URL } from "./token-url";
import { USER_AGENT } from "./user-agent";

/** What exchanging a signature works with. `tokenUrl` other than Google's own is the user's word and wins over the key file's. */
export interface AssertionGrantOptions {
  readonly fetch: Fetch;
  readonly tokenUrl: string;
  readonly clock: Pick<Clock, "now">;
}

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const HEADERS = { "content-type": "application/x-www-form-urlencoded", "user-agent": USER_AGENT };

/** Exchanges a service account's signature for an access token: one call, no retry. Never throws. `path` names the key file. */
export async function mintFromKey(
  key: ServiceAccountKey,
  path: string,
  { fetch, tokenUrl, clock, signal }: AssertionGrantOptions & { readonly signal: AbortSignal | undefined },
): Promise<RefreshResult> {
  // A signature is for whom the key file names, also where the user sends it through an address of their own.
  const audience = key.tokenUrl ?? GOOGLE_TOKEN_URL;
  const assertion = signAssertion(key, { audience, now: clock.now() });
  if (assertion === undefined) return unusable(path);
  const url = tokenUrl === GOOGLE_TOKEN_URL ? audience : tokenUrl;
  const body = new URLSearchParams({ grant_type: GRANT, assertion }).toString();
  const answer = await callSmall({ fetch, url, method: "POST", headers: HEADERS, body, signal });
  return readTokenAnswer(answer, { holder: { keyFile: shown(path) }, now: clock.now() });
}

const unusable = (path: string): RefreshResult => ({
  kind: "failed",
  outcome: {
    kind: "machine",
    status: 0,
    sentence: `The private key in ${shown(path)} is damaged or no RSA key. Make a new JSON key in Google Cloud (IAM, Service accounts, Keys).`,
  },
});
