import { lazyPool } from "./compose";
import type { PoolEvent } from "./core/event";
import type { PoolSnapshot } from "./core/snapshot";
import { toResponse } from "./opencode/answer";
import { DEFAULT_BASE_URL, isStream, pathBelow, toHostRequest } from "./opencode/host-request";
import { systemClock } from "./system/clock";
import { clockTimes, localOffsetMs } from "./view/clock-time";

export type { Account, AccountId, BackendName } from "./core/account";
export type { PoolEvent } from "./core/event";
export type { AccountSnapshot, AccountState, PoolSnapshot } from "./core/snapshot";

/** This user's accounts as one, for programs on Bun. The stores are those of the opencode plugin and safe across processes. */
export interface GeminiPool {
  /**
   * A fetch for calls below `https://generativelanguage.googleapis.com/v1beta`: any account may answer, whatever its
   * backend. A refusal is a response with an `error` in Google's form. Throws for other addresses and on abort.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  snapshot(): Promise<PoolSnapshot>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: PoolEvent) => void): () => void;
  /** Writes what is still in memory and ends; ask it nothing afterwards. */
  close(): void;
}

/** Opens the pool of this user; reads nothing before it is used. */
export function openGeminiPool(): GeminiPool {
  const pool = lazyPool();
  const formatTime = clockTimes({ now: systemClock.now, offsetMs: localOffsetMs });
  return {
    fetch: async (input, init = {}) => {
      const url = input instanceof Request ? input.url : String(input);
      const path = pathBelow(url, DEFAULT_BASE_URL);
      if (path === undefined) throw new TypeError(`The pool answers only for addresses below ${DEFAULT_BASE_URL}`);
      const { dispatch } = await pool.open();
      const request = await toHostRequest(path, input, init);
      const reply = await dispatch(request);
      return toResponse(reply, { isRun: false, streaming: isStream(request), now: systemClock.now(), formatTime });
    },
    snapshot: async () => (await pool.open()).snapshot(),
    subscribe: (listener) => pool.sources.events.subscribe(listener),
    close: pool.close,
  };
}
