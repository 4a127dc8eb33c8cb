import type { DurationMs, EpochMs } from "../account";
import type { PoolState, StateChange } from "../state";
import { consumerLearnt, named } from "./consumer";
import { denies } from "./denial";
import { backendsFault, cleared, suspected } from "./guard";
import { lifts } from "./lifts";
import { limits } from "./limits";
import { nextHealth } from "./next-health";
import { circuitAfter, closed } from "./outage";
import { park, parks, refusedLogin } from "./parking";
import { proved } from "./partners";
import { cool, pause } from "./pause";
import type { Answering, Settlement } from "./settlement";

export type { Answering, Settlement } from "./settlement";

const EGRESS_MS: DurationMs = 300_000;

/** What an outcome teaches the pool, as changes to apply. Aborts teach nothing. */
export function advance(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  if (settlement.outcome.kind === "aborted") return [];
  const fault = backendsFault(state, settlement, now);
  const taught = fault ?? lessons(state, settlement, now);
  return [
    ...taught,
    ...(fault ? [] : suspected(state, settlement, taught, now)),
    ...circuitAfter(state, settlement, now),
    ...consumerLearnt(state, settlement, taught, now),
    { type: "health.set", health: nextHealth(state, settlement, fault !== undefined, now) },
  ];
}

/** What the first output of a good answer teaches at once; its end says the rest. */
export function answered(state: PoolState, answering: Answering, now: EpochMs): readonly StateChange[] {
  return [...proofs(state, answering, now), ...closed(state, answering.account.backend, now)];
}

/** What a success ends, whoever is concerned. */
function proofs(state: PoolState, answering: Answering, now: EpochMs): readonly StateChange[] {
  const place = { backend: answering.account.backend, model: answering.model };
  return [...lifts(state, answering), ...proved(state, answering, now), ...cleared(state, place, now)];
}

function lessons(state: PoolState, settlement: Settlement, now: EpochMs): readonly StateChange[] {
  const { outcome, account } = settlement;
  switch (outcome.kind) {
    case "success":
      return proofs(state, settlement, now);
    case "limited":
      return limits(state, settlement, outcome, now);
    case "parked":
      return parks(state, named(settlement), outcome, now);
    case "banned":
      return [park(account, "banned", outcome.sentence, now, outcome.url)];
    case "unauthorized":
      return refusedLogin(state, settlement, outcome, now);
    case "denied":
      return denies(state, settlement, outcome.sentence, now);
    case "egress": {
      const { sentence } = outcome;
      const scope = { kind: "backend" as const, backend: account.backend };
      return [cool(pause({ scope, reason: "region", until: now + EGRESS_MS, sentence }, now))];
    }
    default:
      return [];
  }
}
