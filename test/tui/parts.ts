import { snapshotOf } from "../../src/core/snapshot-of";
import type { AccountEntry } from "../../src/ports/account-store";
import type { ProbeResult } from "../../src/ports/upstream";
import type { OpenStores } from "../../src/tui/stores";
import { addKeyParts } from "../enrol/parts";
import { time } from "../view/pool";

/** Stores over memory; Google answers what `answers` holds, one after the other, then that keys work. */
export function tuiStores(
  given: { answers?: (ProbeResult | Promise<ProbeResult>)[]; elsewhere?: AccountEntry[] } = {},
) {
  const world = addKeyParts();
  const answers = [...(given.answers ?? [])];
  const count = { opened: 0, closed: 0 };
  const entries = () => [...world.store.current().entries, ...(given.elsewhere ?? [])];
  const open: OpenStores = async () => {
    count.opened++;
    return {
      accounts: world.store,
      source: { current: () => ({ entries: entries() }) },
      state: world.state,
      probe: { probe: async () => answers.shift() ?? { kind: "valid" } },
      chance: world.chance,
      clock: world.clock,
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
  return { ...world, open, count, labels: () => world.store.current().entries.map(({ account }) => account.label) };
}
