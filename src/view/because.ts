import type { Because, StrategyBecause } from "../core/rotation/because";
import type { FormatTime } from "./clock-time";
import { counted, perCent } from "./text";

/** Why an account was chosen, as half a sentence about it: "its quota resets first, at 14:05". */
export function becauseWords(because: Because, time: FormatTime): string {
  switch (because.kind) {
    case "bound":
      return "this conversation lives here";
    case "only":
      return "the only one that can answer";
    case "other-than-broken":
      return "the last answers broke off on this conversation's account";
    case "unspent":
      return "all others have used up their quota";
    case "priority":
      return `best priority (${because.priority})`;
    case "other-than-parent":
      return "another account than its parent conversation's";
    case "least-busy":
      return because.inFlightCount === 0
        ? "nothing else runs there"
        : `least busy: ${counted(because.inFlightCount, "call")} under way`;
    case "low-quota":
      return `drawn by lot, since little is left anywhere (${perCent(because.remainingFraction)} here)`;
    case "strategy":
      return strategyWords(because, time);
    case "fewest-sessions":
      return because.count === 0
        ? "no conversation began there lately"
        : `only ${counted(because.count, "conversation")} began there lately`;
    case "least-recent":
      return because.lastUsedAt > 0 ? `longest unused, since ${time(because.lastUsedAt)}` : "never used so far";
    case "first":
      return "first in the list, as all are equal";
    case "last-resort":
      return "its quota seems used up, but so does everybody's";
  }
}

function strategyWords(because: StrategyBecause, time: FormatTime): string {
  switch (because.strategy) {
    case "expiring-first":
      return because.resetAt === undefined
        ? "it has quota left"
        : `its quota resets first, ${atTime(time(because.resetAt))}`;
    case "least-used": {
      const used = counted(because.usedCount, "request");
      return because.isDrawn ? `drawn by lot, the less used the likelier (${used})` : `least used (${used})`;
    }
    case "sequential":
      return "the first in the list that is not used up";
    case "round-robin":
      return "next in turn";
    case "health-weighted":
      return `drawn by lot, the fitter the likelier (${perCent(because.healthFraction)} fit)`;
  }
}

/** "at 14:05", but "tomorrow 09:00". */
const atTime = (words: string): string => (/^\d/.test(words) ? `at ${words}` : words);
