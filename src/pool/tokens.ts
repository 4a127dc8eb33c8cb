import type { Account, AccountId } from "../core/account";
import type { Credential } from "../core/credential";
import type { AccountStore } from "../ports/account-store";
import type { Access, AccessResult, OAuthRefresher, Patience, TokenMinter, TokenSource } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { EarlyRenewals } from "./early-renewals";
import { bearer, type HeldToken, NOT_ASKED, NOT_YET, type Renewed } from "./held-token";
import { LoginTokens } from "./login-tokens";
import { MintedTokens } from "./minted-tokens";
import { PatientFlights, type Wait } from "./patient-flights";
import { RenewalFailures } from "./renewal-failures";
import type { TokenSupply } from "./token-supply";
import { UsableTokens } from "./usable-tokens";

/** What tokens are made with. Without a minter, key files and application default credentials are not served. */
interface TokenParts {
  readonly store: AccountStore;
  readonly refresher: OAuthRefresher;
  readonly minter?: TokenMinter;
  readonly clock: Clock;
  readonly events: EventSink;
  /** Whether an account waits for a person; default: none does. */
  readonly isParked?: (id: AccountId) => boolean;
}

/**
 * Access for a call: a token that is still good → single flight in this process → the supply of its kind
 * (`login-tokens`, `minted-tokens`). Tokens in use are renewed early, in the background.
 */
export class Tokens implements TokenSource {
  readonly #store: AccountStore;
  readonly #isParked: (id: AccountId) => boolean;
  readonly #usable: UsableTokens;
  readonly #early: EarlyRenewals;
  readonly #logins: LoginTokens;
  readonly #minted: MintedTokens | undefined;
  readonly #flights: PatientFlights<Renewed>;

  constructor({ minter, isParked = () => false, ...parts }: TokenParts) {
    this.#isParked = isParked;
    this.#store = parts.store;
    this.#flights = new PatientFlights<Renewed>(parts.clock, NOT_YET, NOT_ASKED);
    this.#usable = new UsableTokens(parts.clock);
    this.#early = new EarlyRenewals(parts.clock);
    const common = { ...parts, usable: this.#usable };
    this.#logins = new LoginTokens({ ...common, failures: new RenewalFailures(parts.clock) });
    this.#minted = minter && new MintedTokens({ ...common, failures: new RenewalFailures(parts.clock), minter });
  }

  async access(
    account: Account,
    credential: Credential,
    signal?: AbortSignal,
    patience?: Patience,
  ): Promise<AccessResult> {
    const wait = { signal, patience };
    switch (credential.kind) {
      case "api-key":
        return { kind: "access", access: { kind: "api-key", key: credential.key } };
      case "oauth":
        return this.#from(this.#logins, account, credential, wait);
      default:
        return this.#minted ? this.#from(this.#minted, account, credential, wait) : unserved(credential);
    }
  }

  invalidate(_account: Account, access: Access): void {
    if (access.kind === "bearer") this.#usable.refuse(access.token);
  }

  /** Ends the renewals in the background; access works on. */
  close(): void {
    this.#early.close();
  }

  async #from<C>(supply: TokenSupply<C>, account: Account, credential: C, wait: Wait): Promise<AccessResult> {
    const key = supply.keyOf(account, credential);
    const token = supply.held(account, credential);
    if (token) return this.#use(token, key, { supply, account, credential });
    const outcome = supply.failures.resting(key, () => supply.markOf(credential));
    if (outcome) return { kind: "failed", outcome, isResting: true };
    // Somebody who needs no login may answer; where nobody does, it is tried.
    if (supply.failures.isOut && wait.patience?.() !== undefined) return NOT_ASKED;
    const renewed = await this.#flights.run(key, () => supply.renew(account, credential), wait);
    return renewed.kind === "failed" ? renewed : this.#use(renewed.token, key, { supply, account, credential });
  }

  #use<C>(token: HeldToken, key: string, use: Use<C>): AccessResult {
    if (!this.#early.covers(key, token)) this.#early.used(key, token, () => this.#renewEarly(token, key, use));
    return bearer(token);
  }

  /** Nobody waits for it. Where it fails, the token in hand serves on to its end and its renewal is tried when it is needed. */
  #renewEarly<C>({ accessToken }: HeldToken, key: string, { supply, account, credential }: Use<C>): void {
    if (!this.#isThere(account)) return;
    this.#flights.begin(key, () => supply.renew(account, credential, accessToken)).catch(() => undefined);
  }

  /** An account that was removed, switched off or parked meanwhile is no longer in use. */
  #isThere({ id, origin }: Account): boolean {
    if (this.#isParked(id)) return false;
    if (origin !== "file") return true;
    return this.#store.current().entries.some(({ account }) => account.id === id && account.enabled);
  }
}

interface Use<C> {
  readonly supply: TokenSupply<C>;
  readonly account: Account;
  readonly credential: C;
}

const unserved = ({ kind }: Credential): AccessResult => ({
  kind: "failed",
  outcome: { kind: "machine", status: 0, sentence: `${kind} credentials are not served by this version` },
});
