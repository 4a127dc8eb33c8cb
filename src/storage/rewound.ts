import type { DurationMs, EpochMs } from "../core/account";
import type { Cooldown } from "../core/cooldown";
import type { Parked } from "../core/state";
import { type Fact, type FactKind, learntAt } from "./fact";

/** Clocks of two machines on one home differ by less; what is further ahead was learnt while a clock was wrong. */
const SLIP_MS: DurationMs = 600_000;

/**
 * A fact that was learnt while the clock was ahead, now that it is right, as one process sees it: a pause lasts as long as it would
 * have, a parked account stays parked, and both count as learnt now; anything else is forgotten, since newer knowledge would lose
 * against it. The same object where nothing of it lies in the future.
 */
export function rewound(kind: FactKind, fact: Fact, now: EpochMs): Fact {
  const latest = now + SLIP_MS;
  const liftedAt = fact.liftedAt > latest ? now : fact.liftedAt;
  const isAhead = fact.value !== undefined && learntAt(kind, fact.value) > latest;
  if (!isAhead) return liftedAt === fact.liftedAt ? fact : { ...fact, liftedAt };
  return { value: restamped(kind, fact.value, now), liftedAt };
}

function restamped(kind: FactKind, value: Fact["value"], now: EpochMs): Fact["value"] {
  if (kind === "parked") return { ...(value as Parked), since: now };
  if (kind !== "cooldown") return undefined;
  const { beneath: _beneath, probedAt: _probedAt, ...cooldown } = value as Cooldown;
  return { ...cooldown, since: now, until: now + (cooldown.until - cooldown.since) };
}

/** Tells when a clock was set back since it was last asked. */
export function createClockWatch(): (now: EpochMs) => boolean {
  let latest = Number.NEGATIVE_INFINITY;
  return (now) => {
    const isBack = now < latest - SLIP_MS;
    latest = isBack ? now : Math.max(latest, now);
    return isBack;
  };
}
