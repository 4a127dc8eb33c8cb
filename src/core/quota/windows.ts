import type { EpochMs } from "../account";
import type { QuotaCount, QuotaRecord, QuotaWindow } from "./record";

/** What a record says at `now`; nothing where it says nothing any more. A refusal outranks a reading until its reset. */
export function windowOf(record: QuotaRecord, now: EpochMs): QuotaWindow | undefined {
  const { quotaScope, group, meter, period, limit, refusal, reading } = record;
  const about = { quotaScope, group, meter, period, ...(limit ? { limit: limit.value } : {}) };
  if (refusal && refusal.resetAt > now) {
    const { observedAt, resetAt } = refusal;
    return { ...about, remainingFraction: 0, resetAt, observedAt, source: "refusal" };
  }
  const counted = countOf(record.count, now);
  if (
    reading &&
    (reading.resetAt ?? Number.POSITIVE_INFINITY) > now &&
    reading.observedAt > (refusal?.observedAt ?? 0)
  ) {
    const spent = limit ? Math.max(0, counted - reading.countAt) / limit.value : 0;
    const { observedAt, resetAt } = reading;
    const when = resetAt === undefined ? {} : { resetAt };
    return {
      ...about,
      remainingFraction: clamp(reading.remainingFraction - spent),
      ...when,
      observedAt,
      source: "probe",
    };
  }
  if (!limit || limit.value <= 0) return undefined;
  const isOpen = record.count !== undefined && record.count.endsAt > now;
  const when = isOpen && record.count ? { resetAt: record.count.endsAt } : {};
  return {
    ...about,
    remainingFraction: clamp(1 - counted / limit.value),
    ...when,
    observedAt: limit.observedAt,
    source: "count",
  };
}

/** What was counted in the window that is open at `now`. */
export function countOf(count: QuotaCount | undefined, now: EpochMs): number {
  if (!count || count.endsAt <= now) return 0;
  return Object.values(count.by).reduce((sum, each) => sum + each, 0);
}

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));
