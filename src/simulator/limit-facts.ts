import type { DurationMs, EpochMs } from "../core/account";
import type { Reached } from "./quota-counter";

/** Which limits keep a request out, and for how long. */
export interface LimitFacts {
  readonly name: "quota-minute" | "quota-tokens" | "quota-5h" | "quota-day" | "quota-week";
  /** A limit of 0, since no other matters then, else that of the longest window. */
  readonly decisive: Reached;
  readonly reached: readonly Reached[];
  /** Until all of them have room, exactly. */
  readonly waitMs: DurationMs;
}

const WEIGHTS: Readonly<Record<Reached["window"], number>> = { minute: 0, "5h": 1, day: 2, week: 3 };

const weightOf = ({ limit, window }: Reached): number => (limit === 0 ? 10 : 0) + WEIGHTS[window];

/** What there is to say of reached limits; undefined where none is. */
export function limitFacts(reached: readonly Reached[], now: EpochMs): LimitFacts | undefined {
  const [first] = reached;
  if (first === undefined) return undefined;
  const decisive = reached.reduce((best, one) => (weightOf(one) > weightOf(best) ? one : best), first);
  const name = decisive.meter === "input-tokens" ? "quota-tokens" : (`quota-${decisive.window}` as const);
  const freeAt = Math.max(...reached.map((one) => one.freeAt));
  return { name, decisive, reached, waitMs: Math.max(1, freeAt - now) };
}

/** RetryInfo of a key is whole seconds, rounded up: who waits that long is let in. */
export const wholeSeconds = (ms: DurationMs): number => Math.ceil(ms / 1000);
