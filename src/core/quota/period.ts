/**
 * How a limit counts time: any 60 seconds; the day in California; 24 hours from the first use; a day, week or month that
 * begins at a fixed time.
 */
export type Period = "minute" | "pacific-day" | "day-from-first-use" | "daily" | "weekly" | "monthly";

/** What a limit counts. */
export type Meter = "requests" | "input-tokens";
