import type { DurationMs, EpochMs } from "../core/account";

/** A past instant to the second, as a log writes it: "2026-11-20 14:32:07". `offsetMs`: local time minus UTC. */
export const wallTime = (at: EpochMs, offsetMs: DurationMs): string =>
  Math.abs(at + offsetMs) <= LAST_MS ? new Date(at + offsetMs).toISOString().slice(0, 19).replace("T", " ") : "?";

/** The last instant that can be written. */
const LAST_MS = 8.64e15;
