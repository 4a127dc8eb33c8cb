import { snapshotOf } from "../../src/core/snapshot-of";
import type { Way } from "../../src/enrol/way";
import type { AccountEntry } from "../../src/ports/account-store";
import type { OpenStores } from "../../src/tui/stores";
import { addKeyParts } from "../enrol/parts";
import { time } from "../view/pool";

/** Stores over memory, with these ways in. */
export function tuiStores(given: { ways?: Way[]; elsewhere?: AccountEntry[]; hostLogin?: object } = {}) {
  const world = addKeyParts();
  const count = { opened: 0, closed: 0 };
  const entries = () => [...world.store.current().entries, ...(given.elsewhere ?? [])];
  const open: OpenStores = async () => {
    count.opened++;
    return {
      accounts: world.store,
      source: { current: () => ({ entries: entries() }) },
      hostKeys: { stored: () => given.hostLogin },
      state: world.state,
      ways: async () => given.ways ?? [],
      formatTime: time,
      snapshot: () =>
        snapshotOf({
          accounts: entries().map(({ account }) => account),
          state: world.state.current(),
          usage: new Map(),
          inFlight: () => 0,
          problem: undefined,
          now: world.clock.now(),
        }),
      close: () => void count.closed++,
    };
  };
  return { open, count };
}
