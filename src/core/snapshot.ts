import type { Account, AccountId, BackendName, CredentialKind, EpochMs } from "./account";
import type { Cooldown } from "./cooldown";
import type { QuotaWindow } from "./quota/record";
import type { QuotaScope } from "./scope";
import type { UsageCounts } from "./state";

/** What an account can do right now. `cooling` only if every model used in the last 24 h cools there. */
export type AccountState = "available" | "busy" | "cooling" | "limited" | "parked" | "disabled";

/** One account as people and programs see it. Holds no secret and no e-mail. */
export interface AccountSnapshot {
  readonly id: AccountId;
  readonly label: string;
  readonly backend: BackendName;
  readonly credential: CredentialKind;
  readonly origin: Account["origin"];
  readonly tier: string | undefined;
  readonly priority: number;
  readonly enabled: boolean;
  readonly quotaScope: QuotaScope;
  readonly state: AccountState;
  /** Why it is in this state, in words; empty when it is simply available. */
  readonly reason: string;
  readonly until: EpochMs | undefined;
  readonly url: string | undefined;
  /** 0..1, see DESIGN: success, remaining quota, latency, cooldown. */
  readonly health: number;
  readonly inFlight: number;
  readonly lastUsedAt: EpochMs | undefined;
  readonly cooldowns: readonly Cooldown[];
  readonly quotas: readonly QuotaWindow[];
  readonly usage: { readonly today: UsageCounts; readonly total: UsageCounts };
}

/** The whole pool at one moment. `problem` is what is wrong with the accounts file, if anything. */
export interface PoolSnapshot {
  readonly at: EpochMs;
  readonly total: number;
  readonly usable: number;
  readonly nextAvailableAt: EpochMs | undefined;
  readonly accounts: readonly AccountSnapshot[];
  readonly problem: string | undefined;
}
