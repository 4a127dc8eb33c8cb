import type { EpochMs } from "../core/account";
import { pacificDayStart } from "../core/quota/pacific-day";
import type { StateStore } from "../ports/state-store";
import type { Clock } from "../ports/world";
import { createEventRing, eventLimit, newestOf } from "./event-ring";
import type { FactKind } from "./fact";
import { createLearnt } from "./learnt";
import { createClockWatch, rewound } from "./rewound";
import { forgetOldest, isCrowded } from "./state-crowd";
import { createLedger, modelsSince, RECENT_MS, since, sumUsage, totalsOf } from "./usage-sums";

/**
 * The state of one process without a disk: the twin of the state database, under the same contract. There are no other
 * processes, so nobody asks what this one has in flight. `clock`: tells when what was learnt lies in the future; without one nothing does.
 */
export function createMemoryState(clock?: Pick<Clock, "now">): StateStore {
  const learnt = createLearnt();
  const ledger = createLedger();
  const ring = createEventRing();
  const forgetCrowd = (kind: FactKind | undefined) => {
    if (kind && isCrowded(learnt, kind)) forgetOldest(learnt, kind);
  };
  const wasSetBack = createClockWatch();
  const rewindAll = (now: EpochMs) => {
    for (const name of learnt.names()) learnt.put(name, rewound(name.kind, learnt.get(name), now));
  };
  return {
    current: () => {
      if (clock && wasSetBack(clock.now())) rewindAll(clock.now());
      return learnt.state;
    },
    apply: (changes) => {
      for (const change of changes) {
        if (change.type === "usage.added") ledger.add(change.usage);
        else forgetCrowd(learnt.apply(change)?.kind);
      }
    },
    usage: (now) => sumUsage(since(ledger.entries(), pacificDayStart(now)), ledger.entries()),
    recentModels: (now) => modelsSince(ledger.entries(), now - RECENT_MS),
    usageHours: (from) => since(ledger.entries(), from),
    usageTotals: () => totalsOf(ledger.entries()),
    remember: (event) => ring.add(event),
    recentEvents: ({ limit }) => newestOf(ring.redacted(), eventLimit(limit)),
    problem: () => undefined,
    flush: () => {},
    close: () => {},
  };
}
