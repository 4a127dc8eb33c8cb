import type { Account, EpochMs } from "../account";
import type { Cooldown } from "../cooldown";
import { modelGroup, quotaScopeOf, type Scope } from "../scope";
import type { StateChange } from "../state";

/** A cooldown as a change to apply. */
export const cool = (cooldown: Cooldown): StateChange => ({ type: "cooldown.set", cooldown });

/** How long a pause that nobody stated lasts, and what for. */
export interface Pause {
  readonly scope: Scope;
  readonly reason: Cooldown["reason"];
  readonly until: EpochMs;
  readonly sentence: string;
  /** Default 1. */
  readonly step?: number;
}

/** A pause of our own making, from `now`. */
export const pause = ({ scope, reason, until, sentence, step = 1 }: Pause, now: EpochMs): Cooldown => ({
  scope,
  reason,
  until,
  since: now,
  source: "estimate",
  step,
  sentence,
});

/** What a refusal for quota makes pause. */
export const quotaOf = (account: Account, model: string): Scope => ({
  kind: "quota",
  quotaScope: quotaScopeOf(account),
  group: modelGroup(account, model),
});

/** The cooldowns among these changes. */
export const pausedBy = (changes: readonly StateChange[]): readonly Cooldown[] =>
  changes.flatMap((change) => (change.type === "cooldown.set" ? [change.cooldown] : []));
