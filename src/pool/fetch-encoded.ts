import type { OutgoingRequest } from "../ports/upstream";
import type { Fetch } from "../ports/world";

/** Hands an encoded call to fetch. Redirects are not followed, since they could carry a key elsewhere, and Bun's own limit of minutes is off. */
export function fetchEncoded(
  send: Fetch,
  { url, body, ...rest }: OutgoingRequest,
  signal: AbortSignal,
): Promise<Response> {
  return send(url, { ...rest, signal, timeout: false, redirect: "manual", ...(body === undefined ? {} : { body }) });
}
