import type { AccountId, EpochMs } from "./account";
import type { Cooldown } from "./cooldown";
import type { Outcome, ParkedState } from "./outcome";
import type { Because } from "./rotation/because";

/** What happened in the pool, for logs, toasts and tests. Holds no secret, no prompt and no e-mail. */
export type PoolEvent =
  | {
      readonly type: "account.picked";
      readonly at: EpochMs;
      readonly accountId: AccountId;
      readonly model: string;
      readonly because: Because;
    }
  | { readonly type: "account.cooled"; readonly at: EpochMs; readonly cooldown: Cooldown }
  | {
      readonly type: "account.parked";
      readonly at: EpochMs;
      readonly accountId: AccountId;
      readonly label: string;
      readonly state: ParkedState;
      readonly sentence: string;
      readonly url?: string;
    }
  | {
      readonly type: "account.switched";
      readonly at: EpochMs;
      readonly from: AccountId;
      readonly to: AccountId;
      readonly because: Because;
    }
  | {
      readonly type: "attempt.settled";
      readonly at: EpochMs;
      readonly accountId: AccountId;
      readonly outcome: Outcome["kind"];
      readonly status: number;
    }
  | { readonly type: "token.refreshed"; readonly at: EpochMs; readonly accountId: AccountId }
  | {
      readonly type: "request.refused";
      readonly at: EpochMs;
      readonly because: string;
      readonly until: EpochMs | undefined;
    }
  | { readonly type: "storage.degraded"; readonly at: EpochMs; readonly sentence: string };
