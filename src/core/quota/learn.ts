import type { Outcome } from "../outcome";
import type { StateChange } from "../state";
import type { LessonContext } from "./lesson";
import { begun, passed } from "./passed";
import type { QuotaPlace } from "./place";
import type { QuotaRecord } from "./record";
import { refusedFor } from "./refused";

export { probeLessons } from "./probed";

/**
 * What an outcome teaches about the limits of a place: a success, and an answer that was given up halfway, is counted and ends beliefs it disproves; a refusal for
 * quota names a limit or its end, and makes an older reading worthless. Anything else teaches nothing.
 */
export function quotaLessons(
  place: QuotaPlace,
  outcome: Outcome,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly StateChange[] {
  switch (outcome.kind) {
    case "success":
      return passed(place, outcome.usage?.inputTokens, known, context).map(learnt);
    case "aborted":
      return outcome.hasBegun ? passed(place, outcome.usage?.inputTokens, known, context).map(learnt) : [];
    case "limited":
      return refusedFor(place, outcome, known, context).map(learnt);
    default:
      return [];
  }
}

/** What the first output of a good answer disproves at once: nobody needs to wait for its end to know that quota is left. */
export const quotaProofs = (
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly StateChange[] => (known.size === 0 ? [] : begun(place, known, context).map(learnt));

const learnt = (record: QuotaRecord): StateChange => ({ type: "quota.learnt", record });
