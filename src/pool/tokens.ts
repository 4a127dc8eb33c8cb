import type { Account, AccountId, DurationMs, EpochMs } from "../core/account";
import type { Credential, OAuthCredential } from "../core/credential";
import { PoolError } from "../core/errors";
import type { AccountStore } from "../ports/account-store";
import type { Access, AccessResult, OAuthRefresher, RefreshResult, TokenSource } from "../ports/upstream";
import type { Clock, EventSink } from "../ports/world";
import { createSingleFlight, unlessAborted } from "./single-flight";

/** A token is renewed this long before its end: clocks differ and a call takes time to arrive. */
const EXPIRY_MARGIN_MS: DurationMs = 120_000;
/** A refresh that takes longer than this has failed. */
const REFRESH_LIMIT_MS: DurationMs = 10_000;
/** A login that failed twice in a row is not tried again for this long: each try would cost a request its patience. */
const FAILED_PAUSE_MS: DurationMs = 10_000;
/** A login whose OAuth client or machine is at fault fails the same way until somebody changes it. */
const MACHINE_PAUSE_MS: DurationMs = 60_000;
/** Refused tokens remembered; each is refused once. */
const REFUSED_KEPT = 100;

interface TokenParts {
  readonly store: AccountStore;
  readonly refresher: OAuthRefresher;
  readonly clock: Clock;
  readonly events: EventSink;
}

interface Fresh {
  readonly accessToken: string;
  readonly expiresAt: EpochMs;
  readonly generation: number;
}

/** How a login failed last, and how often in a row. */
interface FailedLogin {
  readonly refreshToken: string;
  readonly count: number;
  readonly until: EpochMs;
  readonly result: AccessResult;
}

/**
 * Access for a call: cached token → single flight in this process → file lock, re-read → refresh.
 * Across processes one expired token is refreshed once. Tokens of accounts that are not in the file stay in memory.
 */
export class Tokens implements TokenSource {
  readonly #parts: TokenParts;
  readonly #flights = createSingleFlight<AccessResult>();
  readonly #remembered = new Map<AccountId, Fresh>();
  readonly #refused = new Set<string>();
  readonly #failures = new Map<AccountId, FailedLogin>();

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  async access(account: Account, credential: Credential, signal?: AbortSignal): Promise<AccessResult> {
    if (credential.kind === "api-key") return { kind: "access", access: { kind: "api-key", key: credential.key } };
    if (credential.kind !== "oauth") return unserved(credential);
    const token = this.#cached(account.id, credential);
    if (token !== undefined) return bearer(token);
    const failure = this.#failures.get(account.id);
    const isSame = failure?.refreshToken === credential.refreshToken;
    if (failure && isSame && failure.until > this.#parts.clock.now()) return failure.result;
    return unlessAborted(
      this.#flights.run(account.id, () => this.#refresh(account, credential)),
      signal,
    );
  }

  invalidate(_account: Account, access: Access): void {
    if (access.kind !== "bearer") return;
    if (this.#refused.size >= REFUSED_KEPT) this.#refused.clear();
    this.#refused.add(access.token);
  }

  /** The newest token known here or given, if it can still be used. */
  #cached(id: AccountId, credential: OAuthCredential): string | undefined {
    const fresh = this.#remembered.get(id);
    if (fresh && fresh.generation >= credential.generation && this.#usable(fresh)) return fresh.accessToken;
    return this.#usable(credential) ? credential.accessToken : undefined;
  }

  #usable({ accessToken, expiresAt = 0 }: Partial<Fresh>): boolean {
    if (accessToken === undefined || this.#refused.has(accessToken)) return false;
    return expiresAt - EXPIRY_MARGIN_MS > this.#parts.clock.now();
  }

  async #refresh(account: Account, credential: OAuthCredential): Promise<AccessResult> {
    if (account.origin !== "file") return this.#refreshNow(account, credential);
    try {
      return await this.#parts.store.exclusively(account.id, () => this.#refreshNow(account, credential));
    } catch (error) {
      // Two refreshes at once do no harm at Google; no answer would.
      this.#degraded(error);
      return this.#refreshNow(account, credential);
    }
  }

  async #refreshNow(account: Account, given: OAuthCredential): Promise<AccessResult> {
    const latest = this.#onDisk(account.id, given);
    const token = this.#cached(account.id, latest);
    if (token !== undefined) return bearer(token);
    const result = await limited((signal) => this.#parts.refresher.refresh(latest, signal), this.#parts.clock);
    if (result.kind === "refreshed") return this.#keep(account, latest, result);
    const newer = this.#onDisk(account.id, latest);
    // Somebody logged in again while Google refused the old token: the newer one deserves its own try.
    if (newer.refreshToken !== latest.refreshToken) return this.#refreshNow(account, newer);
    const failed = result.outcome.kind === "aborted" ? NO_ANSWER : result;
    this.#remember(account.id, latest.refreshToken, failed);
    return failed;
  }

  #remember(id: AccountId, refreshToken: string, result: AccessResult): void {
    const kind = result.kind === "failed" ? result.outcome.kind : undefined;
    if (kind !== "transient" && kind !== "machine") return;
    const before = this.#failures.get(id);
    const count = before?.refreshToken === refreshToken ? before.count + 1 : 1;
    const pauseMs = kind === "machine" ? MACHINE_PAUSE_MS : count > 1 ? FAILED_PAUSE_MS : 0;
    this.#failures.set(id, { refreshToken, count, result, until: this.#parts.clock.now() + pauseMs });
  }

  async #keep(account: Account, latest: OAuthCredential, result: Refreshed): Promise<AccessResult> {
    const now = this.#parts.clock.now();
    const { accessToken, refreshToken = latest.refreshToken } = result;
    const fresh = { accessToken, expiresAt: now + result.lifetimeMs, generation: latest.generation + 1 };
    this.#remembered.set(account.id, fresh);
    this.#failures.delete(account.id);
    this.#parts.events.emit({ type: "token.refreshed", at: now, accountId: account.id });
    if (account.origin === "file") await this.#save(account.id, { ...latest, ...fresh, refreshToken });
    return bearer(accessToken);
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

type Refreshed = Extract<RefreshResult, { kind: "refreshed" }>;

const bearer = (token: string): AccessResult => ({ kind: "access", access: { kind: "bearer", token } });

const unserved = ({ kind }: Credential): AccessResult => ({
  kind: "failed",
  outcome: { kind: "machine", status: 0, sentence: `${kind} credentials are not served by this version` },
});

/** The refresh has no caller's signal: only our own limit ends it early. */
const NO_ANSWER: AccessResult = {
  kind: "failed",
  outcome: {
    kind: "transient",
    cause: "network",
    status: 0,
    sentence: "network: the token endpoint did not answer in time",
  },
};

/** Gives `work` a signal that ends it after the limit. */
async function limited<T>(work: (signal: AbortSignal) => Promise<T>, clock: Clock): Promise<T> {
  const controller = new AbortController();
  const cancel = clock.after(REFRESH_LIMIT_MS, () => controller.abort(new Error("the token endpoint did not answer")));
  try {
    return await work(controller.signal);
  } finally {
    cancel();
  }
}
