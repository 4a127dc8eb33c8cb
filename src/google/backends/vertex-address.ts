import type { Account } from "../../core/account";
import type { Access } from "../../ports/upstream";

/** Google's own clients use it for both ways in (googleapis/js-genai, src/_api_client.ts). */
export const VERTEX_VERSION = "v1beta1";

/** Where an account that names no location is asked: most models are there, and the newest are there alone. */
export const GLOBAL = "global";

/** Regions of several countries: their hosts have another form, and data stays within. https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
export const MULTI_REGIONS: ReadonlySet<string> = new Set(["eu", "us"]);

/** Anything else in a host name could send a token elsewhere. */
const HOST_SAFE = /^[a-z][a-z0-9-]{0,40}$/;

const PUBLISHER = "publishers/google";

/** Google's host for a location; an odd name stays in the path alone, where Google refuses it. https://docs.cloud.google.com/vertex-ai/docs/reference/rest */
export function hostOf(location: string): string {
  if (location === GLOBAL || !HOST_SAFE.test(location)) return "https://aiplatform.googleapis.com";
  if (MULTI_REGIONS.has(location)) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** What a call's address is made of. `origin`: the endpoint of the user's own, which all locations then share. */
export interface Addressed {
  readonly origin: string | undefined;
  readonly account: Account;
  readonly access: Access;
}

/** The address that the host's path goes behind. A key has its project inside and knows no location: express mode. */
export function baseOf({ origin, account, access }: Addressed, location = locationOf(account)): string {
  if (access.kind === "api-key") return `${origin ?? hostOf(GLOBAL)}/${VERTEX_VERSION}/${PUBLISHER}`;
  const project = encodeURIComponent(account.project ?? "-");
  const place = `projects/${project}/locations/${encodeURIComponent(location)}`;
  return `${origin ?? hostOf(location)}/${VERTEX_VERSION}/${place}/${PUBLISHER}`;
}

/** The location an account is asked at unless a model is missing there. */
export const locationOf = ({ location }: Account): string => location?.trim().toLowerCase() || GLOBAL;
