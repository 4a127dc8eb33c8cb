import { describe, expect, test } from "bun:test";
import type { Because } from "../../src/core/rotation/because";
import { becauseWords } from "../../src/view/because";
import { NOW } from "../support/builders";

const time = (at: number) => (at === NOW ? "14:05" : "tomorrow 09:00");

const said: readonly (readonly [Because, string])[] = [
  [{ kind: "bound" }, "this conversation lives here"],
  [{ kind: "only" }, "the only one that can answer"],
  [{ kind: "unspent" }, "all others have used up their quota"],
  [{ kind: "priority", priority: -1 }, "best priority (-1)"],
  [{ kind: "other-than-parent" }, "another account than its parent conversation's"],
  [{ kind: "least-busy", inFlightCount: 0 }, "nothing else runs there"],
  [{ kind: "least-busy", inFlightCount: 1 }, "least busy: 1 call under way"],
  [{ kind: "least-busy", inFlightCount: 4 }, "least busy: 4 calls under way"],
  [{ kind: "low-quota", remainingFraction: 0.12 }, "drawn by lot, since little is left anywhere (12 % here)"],
  [{ kind: "strategy", strategy: "expiring-first", resetAt: NOW }, "its quota resets first, at 14:05"],
  [{ kind: "strategy", strategy: "expiring-first", resetAt: NOW + 1 }, "its quota resets first, tomorrow 09:00"],
  [{ kind: "strategy", strategy: "expiring-first", resetAt: undefined }, "it has quota left"],
  [{ kind: "strategy", strategy: "least-used", usedCount: 1, isDrawn: false }, "least used (1 request)"],
  [
    { kind: "strategy", strategy: "least-used", usedCount: 7, isDrawn: true },
    "drawn by lot, the less used the likelier (7 requests)",
  ],
  [{ kind: "strategy", strategy: "sequential" }, "the first in the list that is not used up"],
  [{ kind: "strategy", strategy: "round-robin" }, "next in turn"],
  [
    { kind: "strategy", strategy: "health-weighted", healthFraction: 0.93 },
    "drawn by lot, the fitter the likelier (93 % fit)",
  ],
  [{ kind: "fewest-sessions", count: 0 }, "no conversation began there lately"],
  [{ kind: "fewest-sessions", count: 2 }, "only 2 conversations began there lately"],
  [{ kind: "least-recent", lastUsedAt: NOW }, "longest unused, since 14:05"],
  [{ kind: "least-recent", lastUsedAt: 0 }, "never used so far"],
  [{ kind: "first" }, "first in the list, as all are equal"],
  [{ kind: "last-resort" }, "its quota seems used up, but so does everybody's"],
];

describe("every reason can be read by a person", () => {
  for (const [because, words] of said) test(words, () => expect(becauseWords(because, time)).toBe(words));
});
