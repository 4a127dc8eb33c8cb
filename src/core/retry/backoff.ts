import type { DurationMs } from "../account";

/** A wait between 0 and `capMs`, evenly spread, so that callers do not come back in step. `random`: 0 ≤ n < 1. */
export const fullJitter = (capMs: DurationMs, random: number): DurationMs => Math.floor(capMs * random);

/** Waits for a busy model: 1, 2, then 4 s. Undefined once they are used up. */
export const capacityWaitMs = (waitCount: number): DurationMs | undefined => [1_000, 2_000, 4_000][waitCount];
