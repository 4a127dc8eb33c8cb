import type { Fetch } from "../ports/world";

/** The runtime's fetch, looked up at each call so that a host's or a test's replacement counts. */
export const systemFetch: Fetch = (url, init) => globalThis.fetch(url, init);
