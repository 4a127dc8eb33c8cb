import type { DurationMs, EpochMs } from "../account";
import type { Cooldown } from "../cooldown";

/** The pauses of refusals that state no time: one step per cooldown, however many parallel calls were refused. */
const STEPS_MS: readonly DurationMs[] = [10_000, 30_000, 60_000, 120_000];

/**
 * The step a refusal takes after `previous`: the next only where the call began after that one had ended.
 * Whoever was under way before says nothing new, however late its refusal comes.
 */
export function nextStep(previous: Cooldown | undefined, startedAt: EpochMs): number {
  if (!previous) return 1;
  return previous.until > startedAt ? Math.max(previous.step, 1) : previous.step + 1;
}

/** How long step `step` (from 1) pauses; the last step repeats. */
export function stepMs(step: number): DurationMs {
  const index = Math.min(Math.max(step, 1), STEPS_MS.length) - 1;
  return STEPS_MS[index] ?? 0;
}
