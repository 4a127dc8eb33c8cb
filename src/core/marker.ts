/** Stands in opencode's files where a key would: it says "the pool is the google login" and is no secret. */
export const MARKER = "gemini-pool";

/** What a login leaves in opencode's auth.json. */
export const MARKER_LOGIN = { refresh: MARKER, access: MARKER, expires: 0 } as const;
