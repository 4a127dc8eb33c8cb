import type { Credential } from "../../core/credential";
import type { AccountStore } from "../../ports/account-store";
import type {
  AccountProbe,
  Browser,
  CodeAssistSetup,
  InstalledClient,
  Loopback,
  OAuthLogin,
  Secrets,
} from "../../ports/login";
import type { StateStore } from "../../ports/state-store";
import type { KeyProbe, LocalIdentities, TokenMinter } from "../../ports/upstream";
import type { Chance, Clock } from "../../ports/world";

/** All that any way in needs of the world; `compose/login` wires it. */
export interface WaysParts {
  readonly store: AccountStore;
  readonly state: StateStore;
  readonly chance: Chance;
  readonly clock: Clock;
  readonly keyProbe: KeyProbe;
  /** The first call of an account that proves itself by a token. */
  readonly accountProbe: AccountProbe;
  readonly oauth: OAuthLogin;
  readonly loopback: Loopback;
  readonly browser: Browser;
  readonly secrets: Secrets;
  readonly setup: CodeAssistSetup;
  readonly installed: InstalledClient;
  readonly identities: LocalIdentities;
  readonly minter: TokenMinter;
  /** Makes a path whole, also one that begins with `~/`. */
  absolutePath(path: string): string;
  /** The text of a file; undefined where it cannot be read. */
  readText(path: string): string | undefined;
  /** Tells one credential from another (`pool/unpark`). */
  markOf(credential: Credential): string;
}
