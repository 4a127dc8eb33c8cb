import type { Account, AccountId, EpochMs } from "../core/account";
import type { OAuthCredential } from "../core/credential";
import { PoolError } from "../core/errors";
import type { AccountStore } from "../ports/account-store";
import type { OAuthRefresher, RefreshResult } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { asked, type HeldToken, RENEWAL_LIMIT_MS, type Renewed } from "./held-token";
import type { RenewalFailures } from "./renewal-failures";
import type { TokenSupply } from "./token-supply";
import { descended } from "./unpark";
import type { UsableTokens } from "./usable-tokens";

interface LoginTokenParts {
  readonly store: AccountStore;
  readonly refresher: OAuthRefresher;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly usable: UsableTokens;
  readonly failures: RenewalFailures;
}

/**
 * `generation` grows with every refresh: the larger one is the newer token. `login` is the refresh token as the account has it,
 * `refreshToken` the one to use next: another one only until Google's newer one is on disk.
 */
interface Fresh extends HeldToken {
  readonly generation: number;
  readonly login: string;
  readonly refreshToken: string;
}

/** What a renewal is for: another token than `spent`, and how long it may take. */
interface Want {
  readonly spent: string | undefined;
  readonly until: EpochMs;
}

/**
 * Tokens of logins: file lock, re-read, refresh, kept in the accounts file. Across processes one expired token is refreshed
 * once. Tokens of accounts that are not in the file stay in memory.
 */
export class LoginTokens implements TokenSupply<OAuthCredential> {
  readonly #parts: LoginTokenParts;
  readonly #remembered = new Map<AccountId, Fresh>();

  constructor(parts: LoginTokenParts) {
    this.#parts = parts;
  }

  get failures(): RenewalFailures {
    return this.#parts.failures;
  }

  keyOf({ id }: Account): string {
    return id;
  }

  markOf({ refreshToken }: OAuthCredential): string {
    return refreshToken;
  }

  /** The newest token known here or given. */
  held({ id }: Account, credential: OAuthCredential): HeldToken | undefined {
    const fresh = this.#ofLogin(id, credential);
    if (fresh && fresh.generation >= credential.generation && this.#parts.usable.has(fresh)) return fresh;
    return this.#parts.usable.has(credential) ? credential : undefined;
  }

  async renew(account: Account, credential: OAuthCredential, spent?: string): Promise<Renewed> {
    const want = { spent, until: this.#parts.clock.now() + RENEWAL_LIMIT_MS };
    if (account.origin !== "file") return this.#renewNow(account, credential, want);
    try {
      return await this.#parts.store.exclusively(account.id, () => this.#renewNow(account, credential, want));
    } catch (error) {
      // Another process has waited for Google all this time: no fault of the disk, and no reason to wait as long again.
      if (error instanceof PoolError && error.code === "store/locked")
        return this.#renewNow(account, credential, { ...want, until: 0 });
      // Two refreshes at once do no harm at Google; no answer would.
      this.#degraded(error);
      return this.#renewNow(account, credential, want);
    }
  }

  async #renewNow(account: Account, given: OAuthCredential, want: Want): Promise<Renewed> {
    const latest = this.#onDisk(account.id, given);
    const token = this.held(account, latest);
    if (token !== undefined && token.accessToken !== want.spent) return { kind: "held", token };
    const { refresher, clock, failures } = this.#parts;
    const refreshToken = this.#ofLogin(account.id, latest)?.refreshToken ?? latest.refreshToken;
    const leftMs = want.until - clock.now();
    const result = await asked((signal) => refresher.refresh({ ...latest, refreshToken }, signal), clock, leftMs);
    if (result.kind === "refreshed")
      return this.#keep(account, latest, { ...result, refreshToken: result.refreshToken ?? refreshToken });
    const newer = this.#onDisk(account.id, latest);
    // Somebody logged in again while Google refused the old token: the newer one deserves its own try.
    if (newer.refreshToken !== latest.refreshToken) return this.#renewNow(account, newer, want);
    failures.failed(this.keyOf(account), this.markOf(latest), result.outcome);
    return result;
  }

  async #keep(account: Account, latest: OAuthCredential, result: Refreshed): Promise<Renewed> {
    const { clock, failures, events } = this.#parts;
    const now = clock.now();
    const { accessToken, lifetimeMs, refreshToken } = result;
    const expiresAt: EpochMs = now + lifetimeMs;
    const fresh = { accessToken, expiresAt, generation: latest.generation + 1, refreshToken };
    const token: Fresh = { ...fresh, lifetimeMs, login: latest.refreshToken };
    this.#remembered.set(account.id, token);
    failures.succeeded(this.keyOf(account));
    events.emit({ type: "token.refreshed", at: now, accountId: account.id });
    const isOther = refreshToken !== latest.refreshToken;
    const lineage = isOther ? { lineage: descended(latest, refreshToken) } : {};
    if (account.origin === "file") await this.#save(account.id, { ...latest, ...fresh, ...lineage });
    return { kind: "held", token };
  }

  /** What is remembered of the login that the account has now: another one may have taken its place. */
  #ofLogin(id: AccountId, { refreshToken }: OAuthCredential): Fresh | undefined {
    const fresh = this.#remembered.get(id);
    return fresh && (fresh.login === refreshToken || fresh.refreshToken === refreshToken) ? fresh : undefined;
  }

  /** The token is already good in memory: a disk that refuses it costs other processes a refresh and nobody an answer. */
  async #save(id: AccountId, credential: OAuthCredential): Promise<void> {
    try {
      await this.#parts.store.update([{ type: "replace-credential", id, credential }]);
    } catch (error) {
      this.#degraded(error);
    }
  }

  #onDisk(id: AccountId, fallback: OAuthCredential): OAuthCredential {
    const found = this.#parts.store.current().entries.find(({ account }) => account.id === id)?.credential;
    return found?.kind === "oauth" ? found : fallback;
  }

  #degraded(error: unknown): void {
    if (!(error instanceof PoolError)) throw error;
    this.#parts.events.emit({ type: "storage.degraded", at: this.#parts.clock.now(), sentence: error.message });
  }
}

type Refreshed = Required<Extract<RefreshResult, { kind: "refreshed" }>>;
