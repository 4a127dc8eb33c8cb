import fc from "fast-check";
import { nextPacificMidnight } from "../../../src/core/quota/pacific";
import type { Says, SeenCall } from "../stub-world";

/** How Google refuses an account from now on, and for how long. */
export type Attitude =
  | "fine"
  | "minute"
  | "short"
  | "day"
  | "day, with a short time"
  | "without a word"
  | "bad key"
  | "banned"
  | "verify"
  | "busy"
  | "broken";

const SECOND = 1_000;

const ATTITUDES: readonly Attitude[] = [
  "fine",
  "minute",
  "short",
  "day",
  "day, with a short time",
  "without a word",
  "without a word",
  "bad key",
  "banned",
  "verify",
  "busy",
  "broken",
  "broken",
];
const anAttitude = fc.constantFrom(...ATTITUDES);
const aWhile = fc.constantFrom(900, 20 * SECOND, 61 * SECOND, 3_600 * SECOND);

const ask = fc.record({
  do: fc.constant("ask" as const),
  session: fc.constantFrom("s", "t", "u"),
  model: fc.constantFrom("m", "m", "m", "n"),
  tookMs: fc.constantFrom(0, 0, 30, 700),
});
const google = fc.record({ do: fc.constant("google" as const), who: fc.nat(4), says: anAttitude, forMs: aWhile });
const googleToAll = fc.record({
  do: fc.constant("google to all" as const),
  says: fc.constantFrom<Attitude>("fine", "without a word", "busy", "broken", "day, with a short time"),
  forMs: aWhile,
});
const wait = fc.record({
  do: fc.constant("wait" as const),
  ms: fc.constantFrom(1, 500, 2_000, 10_000, 10_000, 20_000, 31_000, 61_000, 121_000, 660_000, 3_600_000, 86_400_000),
});
const add = fc.record({
  do: fc.constant("add" as const),
  project: fc.constantFrom("p", "q", "new"),
  says: fc.constantFrom<Attitude>("fine", "bad key"),
});
const change = fc.record({ do: fc.constantFrom("switch", "remove", "new key"), who: fc.nat(4) });
const leave = fc.record({
  do: fc.constant("leave" as const),
  session: fc.constantFrom("s", "t"),
  model: fc.constant("m"),
  afterMs: fc.constantFrom(0, 1, 400, 900),
  tookMs: fc.constantFrom(30, 700),
});
const anotherProcess = fc.record({
  do: fc.constant("another process" as const),
  who: fc.nat(4),
  what: fc.constantFrom("account", "quota", "model"),
  ms: fc.constantFrom(1_000, 15_000, 600_000),
});

const aCommand = fc.oneof(
  { weight: 6, arbitrary: ask },
  { weight: 5, arbitrary: google },
  { weight: 1, arbitrary: googleToAll },
  { weight: 3, arbitrary: wait },
  { weight: 1, arbitrary: add },
  { weight: 1, arbitrary: change },
  { weight: 1, arbitrary: leave },
  { weight: 1, arbitrary: anotherProcess },
);

/** Trouble that lasts, and a user who goes on trying: what pauses, guards and circuits are for. */
const aTrouble = fc
  .tuple(fc.oneof(google, googleToAll), fc.array(fc.tuple(wait, ask, ask), { minLength: 1, maxLength: 4 }))
  .map(([trouble, tries]) => [trouble, ...tries.flat()]);

/** What happens to a pool, in order. */
export const aStory = fc
  .array(fc.oneof({ weight: 5, arbitrary: aCommand.map((command) => [command]) }, { weight: 1, arbitrary: aTrouble }), {
    minLength: 1,
    maxLength: 20,
    size: "max",
  })
  .map((parts): readonly Command[] => parts.flat());
export type Command = typeof aCommand extends fc.Arbitrary<infer T> ? T : never;

const refused = { status: 429, sentence: "no" };
const limited = { kind: "limited", scope: "quota", detailed: true, ...refused } as const;
/** Named, so that the pool does not take the limit for what it has counted itself. */
const window = { meter: "requests", period: "minute" } as const;

/** What Google says to a call while it has this attitude, which lasts until then. */
export function saidBy(attitude: Attitude, until: number, { at }: SeenCall, tookMs: number): Says["outcome"] {
  const now = at + tookMs;
  switch (attitude) {
    case "fine":
      return { kind: "success" };
    case "minute":
      return { ...limited, reason: "rate-limit", window, until: Math.max(until, now + 1) };
    case "short":
      return { ...limited, reason: "rate-limit", window, until: now + 900 };
    case "day":
      return { ...limited, reason: "daily-quota" };
    case "day, with a short time":
      return { ...limited, reason: "daily-quota", until: now + 36_000 };
    case "without a word":
      return { ...limited, reason: "unexplained", detailed: false };
    case "bad key":
      return { kind: "unauthorized", ...refused, status: 401 };
    case "banned":
      return { kind: "banned", ...refused, status: 403 };
    case "verify":
      return { kind: "parked", state: "needs-verification", scope: "account", ...refused, status: 403 };
    case "busy":
      return { kind: "capacity", detailed: true, ...refused, status: 503 };
    case "broken":
      return { kind: "transient", cause: "server", ...refused, status: 500 };
  }
}

/** When an attitude ends by itself: a key stays bad, a day lasts until midnight. */
export function endOf(attitude: Attitude, now: number, forMs: number): number {
  if (attitude === "bad key" || attitude === "banned" || attitude === "verify") return Number.POSITIVE_INFINITY;
  return attitude.startsWith("day") ? nextPacificMidnight(now) : now + forMs;
}
