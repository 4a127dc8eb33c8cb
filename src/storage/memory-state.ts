import { pacificDayStart } from "../core/quota/pacific-day";
import type { StateStore } from "../ports/state-store";
import { createLearnt } from "./learnt";
import { createLedger, modelsSince, RECENT_MS, sumUsage } from "./usage-sums";

/** The state of one process without a disk: the twin of the state database, under the same contract. */
export function createMemoryState(): StateStore {
  const learnt = createLearnt();
  const ledger = createLedger();
  return {
    current: () => learnt.state,
    apply: (changes) => {
      for (const change of changes) {
        if (change.type === "usage.added") ledger.add(change.usage);
        else learnt.apply(change);
      }
    },
    usage: (now) => sumUsage(ledger.entries(), pacificDayStart(now)),
    recentModels: (now) => modelsSince(ledger.entries(), now - RECENT_MS),
    flush: () => {},
    close: () => {},
  };
}
