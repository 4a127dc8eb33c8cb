import type { DurationMs, EpochMs } from "../core/account";
import type { Cancel, Clock } from "../ports/world";
import type { HeldToken } from "./held-token";
import { EXPIRY_MARGIN_MS } from "./usable-tokens";

/** How much of a token's life is left when it is renewed early. */
const LEFT_FRACTION = 0.2;
/** What a token lives that another process got: Google's hour. */
const USUAL_LIFETIME_MS: DurationMs = 3_600_000;

interface Watched {
  readonly accessToken: string;
  readonly cancel: Cancel | undefined;
}

/**
 * Renews tokens in use before anybody has to wait for it: once, at 80 % of a token's life, if a request carried it.
 * A token that nobody uses is left to end, and one that could not be renewed early is renewed when it is needed.
 */
export class EarlyRenewals {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #watched = new Map<string, Watched>();
  #closed = false;

  constructor(clock: Pick<Clock, "now" | "after">) {
    this.#clock = clock;
  }

  /** Whether nothing is to be done for a use of this token. Costs a look into a map. */
  covers(key: string, { accessToken }: HeldToken): boolean {
    return this.#closed || this.#watched.get(key)?.accessToken === accessToken;
  }

  /** A request uses this token: `renew` runs when it is time. It must not throw. */
  used(key: string, token: HeldToken, renew: () => void): void {
    if (this.covers(key, token)) return;
    this.#watched.get(key)?.cancel?.();
    const at = dueAt(token);
    const cancel = at === undefined ? undefined : this.#clock.after(Math.max(0, at - this.#clock.now()), renew);
    this.#watched.set(key, { accessToken: token.accessToken, cancel });
  }

  /** Nothing is renewed early from now on. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#watched.values()) cancel?.();
    this.#watched.clear();
  }
}

/** Nothing where the token must be renewed sooner anyway. */
function dueAt({ expiresAt, lifetimeMs = USUAL_LIFETIME_MS }: HeldToken): EpochMs | undefined {
  const leftMs = lifetimeMs * LEFT_FRACTION;
  return leftMs > EXPIRY_MARGIN_MS ? expiresAt - leftMs : undefined;
}
