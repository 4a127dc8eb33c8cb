/** Random, stable and opaque: never derived from a key, an e-mail or a position in a list. */
export type AccountId = string;

/** Milliseconds since the Unix epoch. Field names end in `At` or are `until`. */
export type EpochMs = number;

/** A duration in milliseconds. Field names end in `Ms`. */
export type DurationMs = number;

/** The three ways Google serves Gemini. */
export type BackendName = "gemini-api" | "vertex" | "code-assist";

/** How an account proves itself. */
export type CredentialKind = "api-key" | "oauth" | "service-account" | "adc";

/** Where an account was found; only those of the `file` are ours to change. */
export type AccountOrigin = "file" | "environment" | "opencode";

/** Models that Google counts as one, by the name of their group. */
export type ModelGroups = Readonly<Record<string, readonly string[]>>;

/** The same by backend, where the user knows better than what is built in. */
export type BackendModelGroups = Readonly<Partial<Record<BackendName, ModelGroups>>>;

/** One (credential, backend) without any secret: safe to log and to render. `priority`: smaller is used first, default 0. */
export interface Account {
  readonly id: AccountId;
  readonly label: string;
  readonly backend: BackendName;
  readonly credential: CredentialKind;
  readonly origin: AccountOrigin;
  readonly enabled: boolean;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly addedAt: EpochMs;
  readonly tier?: string;
  /** The Google Cloud project that calls run in (Code Assist, Vertex). */
  readonly project?: string;
  /** The project whose quota an API key spends, where the user has told us. */
  readonly quotaProject?: string;
  /** The same, where Google has told us in a refusal; the user's word comes first. */
  readonly consumer?: string;
  readonly location?: string;
  /** Which models Google counts as one for it, where the user knows better than what is built in. */
  readonly modelGroups?: ModelGroups;
  /** Google's stable number of the person, for accounts with an own login. */
  readonly subject?: string;
}
