import type { EpochMs } from "./account";

/** A key of the Gemini API; never judged by its prefix. */
export interface ApiKeyCredential {
  readonly kind: "api-key";
  readonly key: string;
}

/** The OAuth client a refresh token belongs to: refreshing with another one always fails. */
export interface OAuthClient {
  readonly id: string;
  readonly secret?: string;
}

/** A login. `generation` grows with every refresh and every new login: the larger one wins. */
export interface OAuthCredential {
  readonly kind: "oauth";
  readonly refreshToken: string;
  readonly client?: OAuthClient;
  readonly accessToken?: string;
  readonly expiresAt?: EpochMs;
  readonly email?: string;
  readonly subject?: string;
  readonly generation: number;
  /**
   * Set where Google gave another refresh token with a refresh: which one that is and which login it descends from, both as hashes, so
   * that it is not taken for a new login. Void once another token stands here.
   */
  readonly lineage?: string;
}

/** Stands in place of a refresh token that could never be used here. No secret; a new login takes its place. */
export const NO_REFRESH_TOKEN = "log-in-again";

export interface ServiceAccountCredential {
  readonly kind: "service-account";
  readonly keyFile: string;
}

export interface AdcCredential {
  readonly kind: "adc";
}

/** The only type with secrets. Named in storage, google, pool/tokens and enrol; never in a view or an event. */
export type Credential = ApiKeyCredential | OAuthCredential | ServiceAccountCredential | AdcCredential;

/** Credentials whose secret lies on this machine outside our files; their tokens are never written down. */
export type LocalCredential = ServiceAccountCredential | AdcCredential;
