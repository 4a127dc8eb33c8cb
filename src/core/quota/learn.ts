import type { Outcome } from "../outcome";
import type { StateChange } from "../state";
import type { LessonContext } from "./lesson";
import { begun, passed } from "./passed";
import type { QuotaPlace } from "./place";
import type { QuotaRecord } from "./record";
import { refusedFor } from "./refused";

export { probeLessons } from "./probed";

/**
 * What an outcome teaches about the limits of a place: a success, and an answer that was given up halfway, is counted and ends
 * beliefs it disproves; a refusal for quota names a limit or its end, and makes an older reading worthless. Anything else teaches
 * nothing.
 */
export function quotaLessons(
  place: QuotaPlace,
  outcome: Outcome,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly StateChange[] {
  const wasAnswered = outcome.kind === "success" || (outcome.kind === "aborted" && outcome.hasBegun);
  if (wasAnswered) return passed(place, outcome.usage?.inputTokens, known, context).map(learnt);
  return outcome.kind === "limited" ? refusedFor(place, outcome, known, context).map(learnt) : [];
}

/** What the first output of a good answer disproves at once: nobody needs to wait for its end to know that quota is left. */
export const quotaProofs = (
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly StateChange[] => (known.size === 0 ? [] : begun(place, known, context).map(learnt));

const learnt = (record: QuotaRecord): StateChange => ({ type: "quota.learnt", record });
