import type { BackendName, DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import type { Failure } from "../outcome";
import { type Scope, scopeKey } from "../scope";
import type { PoolState } from "../state";
import { nextStep, stepMs } from "./escalate";

/** Where a busy model was met. */
export interface BusyPlace {
  readonly backend: BackendName;
  readonly model: string;
}

const scopeOf = ({ backend, model }: BusyPlace): Scope => ({ kind: "backend-model", backend, model });

/**
 * The pause of a model on a backend that a whole request, or several accounts alike, have found busy, so that nobody asks
 * again at once: as long as Google says, else 10 s, growing. It blames no account. `startedAt`: when the call began.
 */
export function busyCooldown(
  place: BusyPlace,
  outcome: Failure,
  state: PoolState,
  now: EpochMs,
  startedAt: EpochMs = now,
): Cooldown {
  const scope = scopeOf(place);
  const step = nextStep(lastBusy(place, state, now), startedAt);
  const stated = outcome.kind === "capacity" ? outcome.until : undefined;
  return {
    scope,
    reason: "capacity",
    until: stated ?? now + stepMs(step),
    since: now,
    source: stated === undefined ? "estimate" : "server",
    step,
    sentence: outcome.sentence,
  };
}

/** Whether the model was busy there just before: the next request is a probe, and one call is enough to know. */
export const wasBusy = (place: BusyPlace, state: PoolState, now: EpochMs): boolean =>
  lastBusy(place, state, now) !== undefined;

/** Whether a call that began at `startedAt` met a model that is known to be busy: its refusal is no news. */
export const isKnownBusy = (place: BusyPlace, state: PoolState, startedAt: EpochMs): boolean =>
  isCooling(state.cooldowns.get(scopeKey(scopeOf(place))), startedAt);

/** A busy time longer ago than this says nothing about now. */
const FORGOTTEN_MS: DurationMs = 600_000;

function lastBusy(place: BusyPlace, state: PoolState, now: EpochMs): Cooldown | undefined {
  const cooldown = state.cooldowns.get(scopeKey(scopeOf(place)));
  return cooldown && now - cooldown.until < FORGOTTEN_MS ? cooldown : undefined;
}
