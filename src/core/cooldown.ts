import type { AccountId, EpochMs } from "./account";
import type { CooldownReason } from "./outcome";
import { type Scope, scopeKey } from "./scope";

/** A pause of one scope. `source` says whether Google stated the time; `step` counts refusals without a stated time. */
export interface Cooldown {
  readonly scope: Scope;
  readonly reason: CooldownReason;
  readonly until: EpochMs;
  readonly since: EpochMs;
  readonly source: "server" | "estimate";
  readonly step: number;
  /** Google's redacted words. */
  readonly sentence: string;
  /** When a call was last let through while it ran, because a newer reading said that there is quota. */
  readonly probedAt?: EpochMs;
  /** The limit that was reached, where Google named it: keys of one project are known by being refused alike. */
  readonly quotaId?: string;
  /** Nobody here had used the quota before it was refused: somebody else has spent it. */
  readonly wasUnused?: true;
  /** It was not refused itself but seems to share its project with this account, which was. */
  readonly sharedWith?: AccountId;
}

/** Whether it still holds at `now`; one that lies in the past never holds anybody back. */
export const isCooling = (cooldown: Cooldown | undefined, now: EpochMs): cooldown is Cooldown =>
  cooldown !== undefined && cooldown.until > now;

/**
 * The stronger of two cooldowns of one scope: a later, shorter hint never shortens one.
 * Commutative, associative and idempotent, so that any number of processes agree.
 */
export function longerCooldown(a: Cooldown, b: Cooldown): Cooldown {
  const winner = stronger(a, b);
  const probedAt = Math.max(a.probedAt ?? 0, b.probedAt ?? 0);
  return probedAt === (winner.probedAt ?? 0) ? winner : { ...winner, probedAt };
}

function stronger(a: Cooldown, b: Cooldown): Cooldown {
  if (a.until !== b.until) return a.until > b.until ? a : b;
  if (a.step !== b.step) return a.step > b.step ? a : b;
  if (a.since !== b.since) return a.since > b.since ? a : b;
  return tieText(a) >= tieText(b) ? a : b;
}

const tieText = (c: Cooldown) =>
  [scopeKey(c.scope), c.reason, c.source, c.sentence, c.quotaId ?? "", c.wasUnused ?? "", c.sharedWith ?? ""].join("|");
