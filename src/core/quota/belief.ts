import type { EpochMs } from "../account";
import { countedAt } from "./count";
import { leftByReading } from "./left";
import type { QuotaLimit, QuotaReading, QuotaRecord, QuotaRefusal } from "./record";

/**
 * What is no longer believed is not deleted but outdone by something newer that says nothing: so any number of processes
 * agree, and what another learnt meanwhile stays.
 */
export const noRefusal = (at: EpochMs): QuotaRefusal => ({ observedAt: at, resetAt: at });

/** The same for a reading. Nothing is left in it, so that nobody takes it for good news. */
export const noReading = (at: EpochMs): QuotaReading => ({
  remainingFraction: 0,
  resetAt: at,
  observedAt: at,
  countAt: 0,
});

/** The call that was answered: when it was sent, when that was learnt and how much it took. */
export interface Passage {
  readonly amount: number;
  readonly startedAt: EpochMs;
  readonly now: EpochMs;
}

/** What an answered call disproves: only what was learnt before it was sent, and a limit that the count has passed. */
export function disproved(record: QuotaRecord, passage: Passage): Pick<QuotaRecord, "limit" | "refusal" | "reading"> {
  const limit = limitAfter(record, passage);
  return {
    ...(limit ? { limit } : {}),
    ...(refusalIsOver(record.refusal, passage) ? { refusal: noRefusal(passage.startedAt) } : {}),
    ...(readingIsWrong(record, passage) ? { reading: noReading(passage.startedAt) } : {}),
  };
}

function refusalIsOver(refusal: QuotaRefusal | undefined, { startedAt }: Passage): boolean {
  if (!refusal || refusal.observedAt >= startedAt) return false;
  return (refusal.spentUntil ?? refusal.resetAt) > startedAt;
}

function readingIsWrong(record: QuotaRecord, { startedAt }: Passage): boolean {
  if (!record.reading || record.reading.observedAt >= startedAt) return false;
  return leftByReading(record, startedAt)?.remainingFraction === 0;
}

/** More calls have passed than the limit allows. One that we only counted was out when its last calls were still under way. */
function limitAfter(record: QuotaRecord, { amount, startedAt, now }: Passage): QuotaLimit | undefined {
  const { limit } = record;
  if (!limit || limit.value <= 0) return undefined;
  const before = countedAt(record, startedAt);
  if (before < limit.value) return undefined;
  if (limit.source === "counted" && startedAt <= limit.observedAt) {
    return { value: before + amount, observedAt: Math.max(now, limit.observedAt + 1), source: "counted" };
  }
  return { value: 0, observedAt: Math.max(startedAt, limit.observedAt + 1), source: limit.source };
}
