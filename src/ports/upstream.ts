import type { Account, BackendName, DurationMs } from "../core/account";
import type { CallTraits } from "../core/call";
import type { Credential, LocalCredential, OAuthCredential } from "../core/credential";
import type { Failure, Outcome } from "../core/outcome";
import type { ProbedQuota } from "../core/quota/record";
import type { SignatureHash } from "../core/signature";

/** One request of the host, its body whole. `path` begins after the provider's base URL, e.g. `/models/m:generateContent?alt=sse`. */
export interface HostRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What goes into the Authorization of one call. */
export type Access =
  | { readonly kind: "api-key"; readonly key: string }
  /** `project`: of a seat that names none itself, the one that Google has for it. */
  | { readonly kind: "bearer"; readonly token: string; readonly project?: string };

/** One encoded call, ready for fetch. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/**
 * What happens to the thought signatures of a call: all pass; those that the answering account did not make become Google's
 * documented placeholder; or all do and missing ones are put in, after a refusal.
 */
export type SignaturePolicy =
  | { readonly kind: "keep" }
  | { readonly kind: "own"; readonly hashes: ReadonlySet<SignatureHash> }
  | { readonly kind: "replace" };

/** How a call is sent. */
export interface EncodeOptions {
  readonly signatures: SignaturePolicy;
}

/** What came of a response. */
export type Received =
  /**
   * `response` is fit for the host. `ended` resolves exactly once and never rejects: the whole body was read, failed or given up.
   * `minted`: the thought signatures that came by so far.
   */
  | {
      readonly kind: "answered";
      readonly response: Response;
      readonly ended: Promise<Outcome>;
      readonly minted: () => readonly SignatureHash[];
    }
  | { readonly kind: "failed"; readonly outcome: Failure | { readonly kind: "aborted" } };

/** Refused as `outcome` says, and the backend knows now how to send it so that it may pass: encoded anew it is another call. */
export interface Resend {
  readonly kind: "resend";
  readonly outcome: Failure;
}

/** One of Google's backends. Pure but for reading the response it is given. */
export interface Backend {
  readonly name: BackendName;
  encode(
    request: HostRequest,
    traits: CallTraits | undefined,
    account: Account,
    access: Access,
    options: EncodeOptions,
  ): OutgoingRequest;
  /**
   * Never throws. Reads no more than it must: 64 KiB of an error, the first event of a stream.
   * `sent`: the call it answers; without it nothing is sent a second time.
   */
  receive(
    response: Response,
    traits: CallTraits,
    signal: AbortSignal | undefined,
    sent?: OutgoingRequest,
  ): Promise<Received | Resend>;
  /** What a throw of fetch means. */
  failed(error: unknown, signal: AbortSignal | undefined): Outcome;
}

/**
 * The answer of a token endpoint, translated. `refreshToken` only where Google rotated it.
 * A lifetime of 0: nothing was said of it, so the token serves the call in hand and is never kept.
 */
export type RefreshResult =
  | {
      readonly kind: "refreshed";
      readonly accessToken: string;
      readonly lifetimeMs: DurationMs;
      readonly refreshToken?: string;
    }
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** Exchanges a login's refresh token at Google's token endpoint. Never throws; never retries by itself. */
export interface OAuthRefresher {
  refresh(credential: OAuthCredential, signal?: AbortSignal): Promise<RefreshResult>;
}

/** Makes tokens out of what lies on this machine: a key file, or the application default credentials. */
export interface TokenMinter {
  /** Never throws; never retries by itself. Reads the secret anew each time and keeps no token. */
  mint(credential: LocalCredential, signal?: AbortSignal): Promise<RefreshResult>;
  /**
   * Tells what the secret is now from what it was: another text means another secret, and tokens of the old one are void.
   * Costs a stat, never throws, gives nothing of the secret away.
   */
  version(credential: LocalCredential): string;
}

/** What this machine offers without a login, for people. `sentence` says it and the next step; it holds no secret and no e-mail. */
export interface LocalIdentity {
  readonly kind: "service-account" | "user" | "metadata-server" | "unsupported" | "none";
  /** The project that GOOGLE_CLOUD_PROJECT or else the credentials name as their own. */
  readonly project?: string;
  /** The project that calls are counted for, where the credentials name another. */
  readonly quotaProject?: string;
  /** Whom they speak for, where they say so; for the accounts file, never for a log. */
  readonly email?: string;
  readonly sentence: string;
}

/** Looks at what this machine offers. Never throws. */
export interface LocalIdentities {
  /** The application default credentials; asks the metadata server only where no file is there. */
  describeAdc(signal?: AbortSignal): Promise<LocalIdentity>;
  describeKeyFile(path: string): LocalIdentity;
}

/**
 * What is wrong with a key. `blocked`: Google or its owner forbids its use, or its use from here. `wrong-service`: a key, but not
 * for what was asked, such as one of the Gemini API at Vertex AI.
 */
export type KeyFault = "invalid" | "blocked" | "no-billing" | "wrong-service";

/** What one cheap call says of a credential. `fault`: where it is the key that is refused, why. */
export type ProbeResult =
  | { readonly kind: "valid" }
  | { readonly kind: "refused"; readonly outcome: Outcome; readonly fault?: KeyFault };

/** How a key is probed. `backend`: what it is to be used for, default the Gemini API; for Vertex AI that is express mode. */
export interface KeyProbeRequest {
  readonly backend?: "gemini-api" | "vertex";
  readonly signal?: AbortSignal;
}

/** Asks Google whether a key works, at no cost in quota. A signal alone stands for a request with nothing else. Never throws. */
export interface KeyProbe {
  probe(key: string, how?: AbortSignal | KeyProbeRequest): Promise<ProbeResult>;
}

/** Asks a backend what is left of an account's quota: a hint, never proof. Never throws; nothing where it cannot say. */
export interface QuotaProbe {
  probe(account: Account, access: Access, signal?: AbortSignal): Promise<readonly ProbedQuota[]>;
}

/** How long somebody would wait, decided only where it comes to that. */
export type Patience = () => DurationMs | undefined;

/** Turns a stored credential into one that can be sent; refreshes it where it must. */
export interface TokenSource {
  /**
   * Never throws but for the signal. `patience` is asked where a token must be fetched first: where it is over the result is a failure
   * of the network, and what is fetched then serves whoever comes later. It counts from the beginning of the fetch, so that not
   * everybody waits anew. Undefined: as long as it takes, which is bounded.
   */
  access(account: Account, credential: Credential, signal?: AbortSignal, patience?: Patience): Promise<AccessResult>;
  /** The token was refused: the next `access` refreshes it. */
  invalidate(account: Account, access: Access): void;
}

export type AccessResult =
  | { readonly kind: "access"; readonly access: Access }
  /** `isResting`: it failed a moment ago, and nobody has been asked this time. */
  | { readonly kind: "failed"; readonly outcome: Outcome; readonly isResting?: true };
