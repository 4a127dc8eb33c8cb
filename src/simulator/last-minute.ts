import type { EpochMs } from "../core/account";

const MINUTE_MS = 60_000;
/** Old entries are dropped in one go once there are this many: dropping each at once would copy the rest every time. */
const DROP_AT = 1024;

/** What passed within the last 60 seconds, as a sliding minute counts it. Time only goes forward. */
export class LastMinute {
  #at: EpochMs[] = [];
  #tokens: number[] = [];
  #first = 0;
  #sum = 0;

  /** Requests that still count at `now`. */
  count(now: EpochMs): number {
    this.#forget(now);
    return this.#at.length - this.#first;
  }

  add(now: EpochMs, tokens: number): void {
    this.#at.push(now);
    this.#tokens.push(tokens);
    this.#sum += tokens;
  }

  /** When one more request fits under `limit` requests; `now` where it does already. */
  freeForRequest(limit: number, now: EpochMs): EpochMs {
    const over = this.count(now) - limit;
    if (over < 0) return now;
    return (this.#at[this.#first + over] ?? now) + MINUTE_MS;
  }

  /** When `tokens` more fit under `limit` tokens. A request that never fits is told to wait a minute, each time anew. */
  freeForTokens(limit: number, tokens: number, now: EpochMs): EpochMs {
    this.#forget(now);
    if (tokens > limit) return now + MINUTE_MS;
    let sum = this.#sum;
    if (sum + tokens <= limit) return now;
    for (let index = this.#first; index < this.#at.length; index += 1) {
      sum -= this.#tokens[index] ?? 0;
      if (sum + tokens <= limit) return (this.#at[index] ?? now) + MINUTE_MS;
    }
    return (this.#at.at(-1) ?? now) + MINUTE_MS;
  }

  #forget(now: EpochMs): void {
    while (this.#first < this.#at.length && (this.#at[this.#first] ?? now) <= now - MINUTE_MS) {
      this.#sum -= this.#tokens[this.#first] ?? 0;
      this.#first += 1;
    }
    if (this.#first < DROP_AT) return;
    this.#at = this.#at.slice(this.#first);
    this.#tokens = this.#tokens.slice(this.#first);
    this.#first = 0;
  }
}
