import { isNowhere, nowhereError } from "../core/nowhere";
import type { Fetch } from "../ports/world";

/**
 * The runtime's fetch, looked up at each call so that a host's or a test's replacement counts. Rejects with a PoolError where the
 * address stands for one that cannot be used.
 */
export const systemFetch: Fetch = (url, init) =>
  isNowhere(url) ? Promise.reject(nowhereError()) : globalThis.fetch(url, init);
