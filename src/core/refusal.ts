import type { EpochMs } from "./account";
import type { ParkedState } from "./outcome";

/** An account as a refusal speaks of it. */
export interface RefusedAccount {
  readonly label: string;
  readonly state: "cooling" | "parked" | "disabled";
  readonly reason: string;
  readonly until?: EpochMs;
  readonly parkedState?: ParkedState;
  readonly url?: string;
}

/**
 * Why nobody answers, as data; the face turns it into words and a status.
 * `limited`: comes back by itself at `until`. `person`: waiting is pointless. `busy`: the backend, not the accounts.
 */
export type Refusal =
  | { readonly kind: "empty"; readonly problem?: string }
  | {
      readonly kind: "limited";
      readonly model: string;
      readonly until: EpochMs;
      readonly accounts: readonly RefusedAccount[];
    }
  | { readonly kind: "person"; readonly model: string; readonly accounts: readonly RefusedAccount[] }
  /** The request alone is more than anybody's limit of tokens (`limit`): waiting is pointless. */
  | { readonly kind: "too-large"; readonly model: string; readonly limit: number }
  | { readonly kind: "busy"; readonly model: string; readonly until: EpochMs; readonly sentence: string }
  /** Google failed or could not be reached, again and again, whoever asked. */
  | { readonly kind: "outage"; readonly until: EpochMs; readonly sentence: string }
  | { readonly kind: "network"; readonly sentence: string }
  | { readonly kind: "banned"; readonly label: string; readonly sentence: string; readonly url?: string }
  | { readonly kind: "egress"; readonly sentence: string }
  | { readonly kind: "machine"; readonly sentence: string }
  | { readonly kind: "timeout"; readonly sentence: string }
  /** Answers came, but none that could be handed on. */
  | { readonly kind: "broken"; readonly sentence: string }
  | { readonly kind: "loop"; readonly model: string };
