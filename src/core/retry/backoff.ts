import type { DurationMs } from "../account";

/** A wait between 0 and `capMs`, evenly spread, so that callers do not come back in step. `random`: 0 ≤ n < 1. */
export const fullJitter = (capMs: DurationMs, random: number): DurationMs => Math.floor(capMs * random);

/** Gaps between calls over a network that does not work: 0.25 s, doubling to 2 s; `repeatCount` from 0. */
export const networkWaitMs = (repeatCount: number): DurationMs => Math.min(2_000, 250 * 2 ** repeatCount);

/** Waits for a busy model: 1, 2, then 4 s. Undefined once they are used up. */
export const capacityWaitMs = (waitCount: number): DurationMs | undefined => [1_000, 2_000, 4_000][waitCount];
