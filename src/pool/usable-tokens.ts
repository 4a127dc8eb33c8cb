import type { DurationMs } from "../core/account";
import type { Clock } from "../ports/world";
import type { HeldToken } from "./held-token";

/** A token is renewed this long before its end: clocks differ and a call takes time to arrive. */
export const EXPIRY_MARGIN_MS: DurationMs = 120_000;
/** Refused tokens remembered; each is refused once. */
const REFUSED_KEPT = 100;

/** Tells which tokens may still be sent. */
export class UsableTokens {
  readonly #clock: Pick<Clock, "now">;
  readonly #refused = new Set<string>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Google did not accept it: its time is not over, but it is. */
  refuse(accessToken: string): void {
    if (this.#refused.size >= REFUSED_KEPT) this.#refused.clear();
    this.#refused.add(accessToken);
  }

  /** Whether it was not refused and lives for two more minutes. No token, or none with an end, is not. */
  has(token: Partial<HeldToken>): token is HeldToken {
    const { accessToken, expiresAt = 0 } = token;
    if (accessToken === undefined || this.#refused.has(accessToken)) return false;
    return expiresAt - EXPIRY_MARGIN_MS > this.#clock.now();
  }
}
