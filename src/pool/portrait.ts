import type { Account, AccountId, BackendModelGroups } from "../core/account";
import type { PoolSnapshot } from "../core/snapshot";
import { snapshotOf } from "../core/snapshot-of";
import type { AccountSource } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Clock } from "../ports/world";
import { forgetReplaced } from "./unpark";

interface PortraitParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly serves: (account: Account) => boolean;
  readonly modelGroups: BackendModelGroups;
  /** What is wrong beside the accounts, as sentences. */
  readonly problems: () => readonly (string | undefined)[];
}

/** Shows the pool as it is now, from what is stored and, where a pool runs, what it has in flight. */
export function createPortrait(parts: PortraitParts): (inFlight?: (id: AccountId) => number) => PoolSnapshot {
  const { source, state, clock, serves, modelGroups, problems } = parts;
  return (inFlight = () => 0) => {
    const now = clock.now();
    const { entries, problem } = source.current();
    forgetReplaced(entries, state, now);
    const sentences = new Set([problem, ...problems()].filter((each) => each !== undefined));
    return snapshotOf({
      accounts: entries.map(({ account }) => account),
      state: state.current(),
      usage: state.usage(now),
      inFlight,
      problem: [...sentences].join("\n") || undefined,
      now,
      recentModels: state.recentModels(now),
      serves,
      modelGroups,
    });
  };
}
