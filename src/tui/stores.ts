import type { PoolSnapshot } from "../core/snapshot";
import type { Way } from "../enrol/way";
import type { AccountSource, AccountStore } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { FormatTime } from "../view/clock-time";

/** The stores of this user. The TUI runs in another thread than the pool: it shares nothing else with it. */
export interface TuiStores {
  readonly accounts: AccountStore;
  /** All accounts, also those of opencode and the environment. */
  readonly source: AccountSource;
  /** opencode's own google entry. */
  readonly hostKeys: { stored(): object | undefined };
  readonly state: StateStore;
  readonly formatTime: FormatTime;
  snapshot(): PoolSnapshot;
  /** The ways in, loaded when asked for. */
  ways(): Promise<readonly Way[]>;
  close(): void;
}

/** Opens the stores; loads them on first use. */
export type OpenStores = () => Promise<TuiStores>;

/** Runs `work` on open stores and closes them, come what may. */
export async function withStores<T>(open: OpenStores, work: (stores: TuiStores) => Promise<T>): Promise<T> {
  const stores = await open();
  try {
    return await work(stores);
  } finally {
    stores.close();
  }
}
