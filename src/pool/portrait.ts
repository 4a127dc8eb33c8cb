import type { Account, AccountId } from "../core/account";
import { inFlightElsewhere } from "../core/presence";
import type { PoolSettings } from "../core/settings";
import type { PoolSnapshot } from "../core/snapshot";
import { snapshotOf } from "../core/snapshot-of";
import type { AccountSource } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock } from "../ports/world";
import { forgetReplaced, type MarkOf } from "./unpark";

interface PortraitParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly serves: (account: Account) => boolean;
  readonly isReachable?: (account: Account) => boolean;
  readonly settings: () => Pick<PoolSettings, "modelGroups">;
  /** What is wrong beside the accounts, as sentences. */
  readonly problems: () => readonly (string | undefined)[];
  /** As the pool has it. */
  readonly markOf?: MarkOf;
}

/** Shows the pool as it is now, from what is stored, which says what others have in flight, and what a pool here has. */
export function createPortrait(parts: PortraitParts): (inFlight?: (id: AccountId) => number) => PoolSnapshot {
  const { source, state, clock, serves, isReachable = () => true, settings, problems } = parts;
  return (inFlight = () => 0) => {
    const now = clock.now();
    const { entries, problem } = source.current();
    forgetReplaced(entries, state, now, parts.markOf);
    const sentences = new Set([problem, ...problems()].filter((each) => each !== undefined));
    const learnt = state.current();
    const elsewhere = inFlightElsewhere(learnt.presences, now).counts;
    return snapshotOf({
      accounts: entries.map(({ account }) => account),
      state: learnt,
      usage: state.usage(now),
      inFlight: (id) => inFlight(id) + (elsewhere.get(id) ?? 0),
      problem: [...sentences].join("\n") || undefined,
      now,
      recentModels: state.recentModels(now),
      serves,
      isReachable,
      modelGroups: settings().modelGroups,
    });
  };
}
