import type { Account, DurationMs } from "../core/account";
import type { OAuthClient } from "../core/credential";
import type { Outcome } from "../core/outcome";
import type { Access, ProbeResult } from "./upstream";
import type { Cancel } from "./world";

/** What a person is asked to agree to in the browser. https://developers.google.com/identity/protocols/oauth2/native-app */
export interface Consent {
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  /** Where the browser is sent back to, to the letter the same at the exchange. */
  readonly redirectUri: string;
  /** Unguessable; what comes back without it is refused (RFC 6749 10.12). */
  readonly state: string;
  /** Of the verifier that the exchange shows (RFC 7636, S256). */
  readonly codeChallenge: string;
  /** The person expected, an e-mail; only offered, never required. */
  readonly loginHint?: string;
}

/** A code for tokens. */
export interface CodeExchange {
  readonly client: OAuthClient;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  /** A person gave the code alone: it may be of another login. For the words of a refusal. */
  readonly isBare?: true;
}

/** What a new login is. `refreshToken` is absent where Google gave none; a `lifetimeMs` of 0: nothing was said of it. */
export interface GrantedTokens {
  readonly accessToken: string;
  readonly lifetimeMs: DurationMs;
  readonly refreshToken?: string;
  /** What was really granted: a person may untick a scope. Empty where Google did not say. */
  readonly scopes: readonly string[];
  /** Who it is, where the tokens came with an identity; what `whoIs` says goes before it. */
  readonly person?: Person;
}

export type ExchangeResult =
  | { readonly kind: "granted"; readonly tokens: GrantedTokens }
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** Who has logged in, as far as Google says: `subject` never changes, an e-mail may. */
export interface Person {
  readonly subject?: string;
  readonly email?: string;
}

/** Google's login. Nothing here throws or repeats itself. */
export interface OAuthLogin {
  /** The address to open in a browser. */
  authorizeUrl(consent: Consent): string;
  /** Why nobody can be sent to Google's login: one of its addresses cannot be used. Absent, or undefined, where all can. */
  readonly fault?: () => string | undefined;
  exchange(exchange: CodeExchange, signal?: AbortSignal): Promise<ExchangeResult>;
  /** Nothing where Google does not say; that must not lose the tokens. */
  whoIs(accessToken: string, signal?: AbortSignal): Promise<Person | undefined>;
}

/** What the browser brought back, and what its page is to say. */
export interface Callback {
  readonly query: URLSearchParams;
  /** Shows the page and ends the browser's wait; once. */
  answer(page: { readonly title: string; readonly text: string; readonly ok: boolean }): void;
}

/** A listener on this machine, at 127.0.0.1 and, where there is one, ::1. */
export interface LoopbackListener {
  /** The one to register, e.g. `http://127.0.0.1:53124/oauth2callback`. */
  readonly redirectUri: string;
  /** Frees the port; open pages are still answered. */
  close(): void;
}

/** Opens listeners on free ports; rejects with a PoolError where none can be had. Each login has its own. */
export interface Loopback {
  listen(onCallback: (callback: Callback) => void): Promise<LoopbackListener>;
}

/** The person's browser. */
export interface Browser {
  /** False where there is none (SSH, a container, no program for it): then the address must be shown. Never throws. */
  open(url: string): Promise<boolean>;
}

/** Unguessable text of `A–Z a–z 0–9 - _`, and its S256 challenge. */
export interface Secrets {
  random(length: number): string;
  s256(text: string): string;
}

/** What Code Assist says of a person. `tier` as Google names it (`standard-tier`, `free-tier`, `g1-pro-tier`). */
export type SeatFound =
  | { readonly kind: "ready"; readonly project: string; readonly tier: string; readonly tierName?: string }
  /** Only with a Google Cloud project of the person's own; `isNew`: or once it is set up, which a lookup does not do. */
  | { readonly kind: "needs-project"; readonly sentence: string; readonly isNew?: boolean }
  /** Google wants the person to confirm something first. */
  | { readonly kind: "needs-verification"; readonly sentence: string; readonly url?: string }
  /**
   * `reasons` are Google's own words, redacted. UNSUPPORTED_CLIENT and unknown codes are here. `projectHelps`: a tier with a
   * project of one's own is still offered, so another `find` that names one may be ready.
   */
  | {
      readonly kind: "not-eligible";
      readonly sentence: string;
      readonly reasons: readonly string[];
      readonly projectHelps: boolean;
    }
  /** The network, a server, or a token that was refused: says nothing of the seat. */
  | { readonly kind: "failed"; readonly outcome: Outcome };

/** Finds, and where needed sets up, a person's Code Assist seat. Never throws. */
export interface CodeAssistSetup {
  find(
    accessToken: string,
    wish: {
      readonly project?: string;
      readonly onProgress?: (sentence: string) => void;
      /** Nothing is set up, which can take minutes: where it would have to be, a person is needed. */
      readonly isLookup?: boolean;
    },
    signal?: AbortSignal,
  ): Promise<SeatFound>;
}

/**
 * The OAuth client of a program of Google's that is installed on this machine. Read only when asked for by name; kept only with the
 * login it made, which no other client can refresh.
 */
export interface InstalledClient {
  /** `sentence` says what was not found and what else helps. */
  find(): Promise<
    { readonly kind: "found"; readonly client: OAuthClient } | { readonly kind: "none"; readonly sentence: string }
  >;
}

/** One login under way. */
export interface PendingLogin {
  /** To be opened in a browser, on this machine or on any. */
  readonly url: string;
  /** Whether a browser was opened here. */
  readonly isOpened: boolean;
  /** The whole address, its query, or the bare code, quoted or not. Says what is wrong with it; undefined: taken. */
  paste(text: string): string | undefined;
  /** Gives up; nothing is stored. */
  readonly cancel: Cancel;
}

/** Asks a backend, at no cost in quota, whether it serves an account that has just been let in. Never throws. */
export interface AccountProbe {
  probe(account: Account, access: Access, signal?: AbortSignal): Promise<ProbeResult>;
}
