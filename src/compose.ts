import type { OpenPool } from "./compose/pool";
import { openSources, type Sources } from "./compose/sources";
import type { Stores } from "./compose/stores";
import type { Way } from "./enrol/way";
import type { FaceParts } from "./opencode/parts";
import { once } from "./pool/once";
import { systemClock } from "./system/clock";
import { onProcessExit } from "./system/exit";
import { systemFetch } from "./system/fetch";
import { isHostLogin, isHostRun, isHostWorker } from "./system/host-mode";
import { clockTimes, localOffsetMs } from "./view/clock-time";

// opencode waits for this file at its start, so it loads only what tells whether there are accounts.
// Everything a request needs comes with the first one, or a moment after the start.

/** Sources, and a pool that is opened once, when it is first needed. */
export interface LazyPool {
  readonly sources: Sources;
  open(): Promise<OpenPool>;
  /** Writes what the pool still holds in memory, if it was ever opened. */
  flush(): void;
  /** The same at the end of the process: nothing is in flight any more. */
  close(): void;
}

/** A pool that costs nothing before its first use. */
export function lazyPool(sources: Sources = openSources()): LazyPool {
  const { get, made } = once(async () => (await import("./compose/pool")).openPool(sources));
  return { sources, open: get, flush: () => made()?.state.flush(), close: () => made()?.close() };
}

let shared: LazyPool | undefined;

/** The pool of this process: opencode calls its plugins once per directory and again after each dispose. */
export function sharedPool(): LazyPool {
  if (!shared) {
    const pool = lazyPool();
    onProcessExit(pool.close);
    shared = pool;
  }
  return shared;
}

/** What the opencode face needs, with its own little decisions about this host. */
export function openFace(pool: LazyPool = sharedPool()): FaceParts {
  const { source, hostKeys, hostConfig, events } = pool.sources;
  hostConfig.reload();
  return {
    dispatch: async (request) => (await pool.open()).dispatch(request),
    snapshot: async () => (await pool.open()).snapshot(),
    // Whoever asks first hears of what went wrong; nobody waits for this.
    warmUp: () => void systemClock.after(0, () => void pool.open().catch(() => undefined)),
    hasAccounts: () => {
      const { entries, problem } = source.current();
      return entries.length > 0 || (problem !== undefined && hostConfig.gateway() === undefined);
    },
    hasMarker: () => hostKeys.hasMarker(),
    storedHostLogin: () => hostKeys.stored(),
    userGateway: () => hostConfig.gateway(),
    ways: async () => openWays(await pool.open()),
    flush: pool.flush,
    subscribe: (listener) => events.subscribe(listener),
    passThrough: systemFetch,
    isRun: isHostRun(),
    isTuiWorker: isHostWorker(),
    isAuthLogin: isHostLogin(),
    now: systemClock.now,
    after: systemClock.after,
    formatTime: clockTimes({ now: systemClock.now, offsetMs: localOffsetMs }),
  };
}

/** The ways in over open stores; loaded when somebody logs in. */
export async function openWays(stores: Stores): Promise<readonly Way[]> {
  const [{ openLogin }, { waysIn }] = await Promise.all([import("./compose/login"), import("./enrol/ways/ways-in")]);
  return waysIn(await openLogin(stores));
}

/** The stores alone, for faces that have no pool. */
export const openStores = async () => (await import("./compose/stores")).openStores();
