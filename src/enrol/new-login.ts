import type { EpochMs } from "../core/account";
import type { OAuthClient } from "../core/credential";
import type { Browser, GrantedTokens, Loopback, OAuthLogin, PendingLogin, Person, Secrets } from "../ports/login";
import type { Clock } from "../ports/world";

/** A login as Google gave it: nothing of it is stored yet. `person` is empty where Google does not say who it is. */
export interface NewLogin {
  readonly client: OAuthClient;
  readonly tokens: GrantedTokens;
  readonly person: Person;
  readonly grantedAt: EpochMs;
}

/** What was made of a new login. The browser's page shows the sentence: no e-mail, no secret. `ok`: it is stored. */
export interface Concluded {
  readonly ok: boolean;
  readonly sentence: string;
}

/** What a login is for. */
export interface LoginAsk<T extends Concluded> {
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  readonly loginHint?: string;
  /** Default true; false where the address is to be shown only. */
  readonly opensBrowser?: boolean;
  /**
   * Makes an account of the login; called once at most. The signal is the person giving up: where something was stored
   * before, say so. The browser waits 20 s for it; after that its page sends the person back to the program.
   */
  conclude(login: NewLogin, signal: AbortSignal): Promise<T>;
}

/** What a login needs of the world. */
export interface LoginParts {
  readonly oauth: OAuthLogin;
  readonly loopback: Loopback;
  readonly browser: Browser;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Gives the login up, as `cancel` does. */
  readonly signal?: AbortSignal;
}

/** How a login ended. `denied`: the person said no. `late`: nobody answered within five minutes. */
export type LoginEnd<T extends Concluded> =
  | { readonly kind: "concluded"; readonly result: T }
  | { readonly kind: "denied" | "late" | "aborted" | "failed"; readonly sentence: string };

/** A login that waits for its person. `done` never rejects. */
export interface LoginUnderWay<T extends Concluded> {
  readonly pending: PendingLogin;
  readonly done: Promise<LoginEnd<T>>;
}
