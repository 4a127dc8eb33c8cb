import { PoolError } from "./errors";

/**
 * Stands for an address that the user has set and that cannot be used: what would go there goes to nobody, least of all to Google's
 * own. No connection to port 0 can be made.
 */
export const NOWHERE = "http://127.0.0.1:0";

/** Whether an address, or one below it, is none. */
export const isNowhere = (url: string): boolean => url === NOWHERE || url.startsWith(`${NOWHERE}/`);

/** What is said instead of sending something there. */
export const nowhereError = (): PoolError =>
  new PoolError(
    "input/invalid",
    "An address in gemini-pool.jsonc or in a variable cannot be used, so nothing was sent. gemini-pool status says which.",
  );
