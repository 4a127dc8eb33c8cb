import type { EpochMs } from "../account";
import { nextPacificMidnight } from "./pacific";

/** No day is longer than this: 25 hours on the day the clocks go back. */
const LONGEST_DAY_MS = 25 * 3_600_000;

/** The last midnight in California at or before `now`: since when Google counts today's requests. */
export function pacificDayStart(now: EpochMs): EpochMs {
  let start = nextPacificMidnight(now - LONGEST_DAY_MS - 1);
  for (let next = nextPacificMidnight(start); next <= now && next > start; next = nextPacificMidnight(start))
    start = next;
  return Math.min(start, now);
}
