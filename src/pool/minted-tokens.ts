import type { Account } from "../core/account";
import type { LocalCredential } from "../core/credential";
import type { TokenMinter } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { asked, type HeldToken, type Renewed } from "./held-token";
import type { RenewalFailures } from "./renewal-failures";
import type { TokenSupply } from "./token-supply";
import type { UsableTokens } from "./usable-tokens";

interface MintedTokenParts {
  readonly minter: TokenMinter;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly usable: UsableTokens;
  readonly failures: RenewalFailures;
}

interface Minted extends HeldToken {
  readonly version: string;
}

/**
 * Tokens made out of a key file or the application default credentials. They stay in memory and each process makes its own:
 * nothing is used up by it, and no file of ours changes for it. Accounts of one key file share one token.
 */
export class MintedTokens implements TokenSupply<LocalCredential> {
  readonly #parts: MintedTokenParts;
  readonly #minted = new Map<string, Minted>();

  constructor(parts: MintedTokenParts) {
    this.#parts = parts;
  }

  get failures(): RenewalFailures {
    return this.#parts.failures;
  }

  /** Ids of accounts are no paths and never one of these. */
  keyOf(_account: Account, credential: LocalCredential): string {
    return credential.kind === "adc" ? "adc:" : `key-file:${credential.keyFile}`;
  }

  markOf(credential: LocalCredential): string {
    return this.#parts.minter.version(credential);
  }

  held(account: Account, credential: LocalCredential): HeldToken | undefined {
    const minted = this.#minted.get(this.keyOf(account, credential));
    if (!minted || !this.#parts.usable.has(minted)) return undefined;
    return minted.version === this.markOf(credential) ? minted : undefined;
  }

  async renew(account: Account, credential: LocalCredential, spent?: string): Promise<Renewed> {
    const { minter, clock, events, failures } = this.#parts;
    const now = this.held(account, credential);
    if (now !== undefined && now.accessToken !== spent) return { kind: "held", token: now };
    const key = this.keyOf(account, credential);
    // Taken before the secret is read: one that changes meanwhile is read anew next time.
    const version = this.markOf(credential);
    const result = await asked((signal) => minter.mint(credential, signal), clock);
    if (result.kind === "failed") {
      failures.failed(key, version, result.outcome);
      return result;
    }
    const { accessToken, lifetimeMs } = result;
    const token = { accessToken, lifetimeMs, expiresAt: clock.now() + lifetimeMs, version };
    this.#minted.set(key, token);
    failures.succeeded(key);
    events.emit({ type: "token.refreshed", at: clock.now(), accountId: account.id });
    return { kind: "held", token };
  }
}
