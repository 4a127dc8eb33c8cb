/**
 * What is said wherever a person gave up in time. An OAuth client that was given along may be kept for the next time, so it is not
 * said that nothing was stored.
 */
export const GIVEN_UP_WORDS = "Given up: no account was stored.";
