import type { Account, BackendName, DurationMs } from "../core/account";
import type { CallTraits } from "../core/call";
import type { Credential, OAuthCredential } from "../core/credential";
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
  | { readonly kind: "bearer"; readonly token: string };

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
  /** Never throws. Reads no more than it must: 64 KiB of an error, the first event of a stream. */
  receive(response: Response, traits: CallTraits, signal: AbortSignal | undefined): Promise<Received>;
  /** What a throw of fetch means. */
  failed(error: unknown, signal: AbortSignal | undefined): Outcome;
}

/** The answer of a token endpoint, translated. `refreshToken` only where Google rotated it. */
export type RefreshResult =
  | {
      readonly kind: "refreshed";
      readonly accessToken: string;
      readonly lifetimeMs: DurationMs;
      readonly refreshToken?: string;
    }
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** Google's token endpoint. Never throws; never retries by itself. */
export interface OAuthRefresher {
  refresh(credential: OAuthCredential, signal?: AbortSignal): Promise<RefreshResult>;
}

/** What one cheap call says of a credential. */
export type ProbeResult = { readonly kind: "valid" } | { readonly kind: "refused"; readonly outcome: Outcome };

/** Asks Google whether a key works, at no cost in quota. Never throws. */
export interface KeyProbe {
  probe(key: string, signal?: AbortSignal): Promise<ProbeResult>;
}

/** Asks a backend what is left of an account's quota: a hint, never proof. Never throws; nothing where it cannot say. */
export interface QuotaProbe {
  probe(account: Account, access: Access, signal?: AbortSignal): Promise<readonly ProbedQuota[]>;
}

/** Turns a stored credential into one that can be sent; refreshes it where it must. */
export interface TokenSource {
  access(account: Account, credential: Credential, signal?: AbortSignal): Promise<AccessResult>;
  /** The token was refused: the next `access` refreshes it. */
  invalidate(account: Account, access: Access): void;
}

export type AccessResult =
  | { readonly kind: "access"; readonly access: Access }
  | { readonly kind: "failed"; readonly outcome: Outcome };
