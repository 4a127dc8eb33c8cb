/** Stands in opencode's files where a key would: it says "the pool is the google login" and is no secret. */
export const MARKER = "gemini-pool";

/** What a login leaves in opencode's auth.json. */
export const MARKER_LOGIN = { refresh: MARKER, access: MARKER, expires: 0 } as const;

/** A google entry of opencode's auth.json that is not ours, in the form in which a login returns one. */
export type HostLogin =
  | { readonly key: string }
  | {
      readonly refresh: string;
      readonly access: string;
      readonly expires: number;
      readonly accountId?: string;
      readonly enterpriseUrl?: string;
    };
