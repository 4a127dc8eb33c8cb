import type { EpochMs } from "../account";
import { countEndsAt, countedAt } from "./count";
import { DAY_MS, windowAt } from "./period";
import type { QuotaReading, QuotaRecord, QuotaRefusal, QuotaWindow } from "./record";
import { trustedLimit } from "./trust";

/** What is left in one long window at one moment. */
export interface Left {
  /** 0..1 */
  readonly remainingFraction: number;
  /** Undefined where the window has not begun or nobody knows. */
  readonly resetAt: EpochMs | undefined;
  readonly observedAt: EpochMs;
  readonly source: QuotaWindow["source"];
  /** Google's refusal runs: it is no guess. */
  readonly isRefused: boolean;
}

/**
 * What a record says at `now`, the surest first: a refusal until its reset, a reading that is newer less what was counted
 * since, a refusal that Google invited to test, the limit less what was counted. Nothing where nobody knows, and for a
 * minute, which each process counts for itself.
 */
export function leftOf(record: QuotaRecord, now: EpochMs): Left | undefined {
  if (record.period === "minute") return undefined;
  const { refusal } = record;
  if (refusal && refusal.resetAt > now) return refused(refusal, refusal.resetAt, true);
  const read = leftByReading(record, now);
  if (read) return read;
  if ((refusal?.spentUntil ?? 0) > now && refusal) return refused(refusal, refusal.spentUntil, false);
  return leftByCount(record, now);
}

const refused = ({ observedAt }: QuotaRefusal, resetAt: EpochMs | undefined, isRefused: boolean): Left => ({
  remainingFraction: 0,
  resetAt,
  observedAt,
  source: "refusal",
  isRefused,
});

/** What the last reading leaves; nothing where there is none, its window is over or Google has refused since. */
export function leftByReading(record: QuotaRecord, now: EpochMs): Left | undefined {
  const { reading } = record;
  if (!reading || isOver(reading, record, now) || isOutranked(reading, record.refusal)) return undefined;
  const limit = trustedLimit(record, now);
  const spentCount = Math.max(0, countedAt(record, now) - reading.countAt);
  return {
    remainingFraction: clamp(reading.remainingFraction - (limit === undefined ? 0 : spentCount / limit)),
    resetAt: reading.resetAt ?? resetAtOf(record, now),
    observedAt: reading.observedAt,
    source: "probe",
    isRefused: false,
  };
}

/** A reading without a reset is of the window it was made in, of which none is longer than a day. */
function isOver({ resetAt, observedAt }: QuotaReading, { period }: QuotaRecord, now: EpochMs): boolean {
  if (resetAt !== undefined) return resetAt <= now;
  return period === "day-from-first-use" ? observedAt + DAY_MS <= now : observedAt < windowAt(period, now).startsAt;
}

const isOutranked = ({ observedAt }: QuotaReading, refusal: QuotaRefusal | undefined): boolean =>
  refusal !== undefined &&
  observedAt <= refusal.observedAt &&
  (refusal.spentUntil ?? refusal.resetAt) > refusal.observedAt;

function leftByCount(record: QuotaRecord, now: EpochMs): Left | undefined {
  const limit = trustedLimit(record, now);
  if (limit === undefined) return undefined;
  return {
    remainingFraction: clamp(1 - countedAt(record, now) / limit),
    resetAt: resetAtOf(record, now),
    observedAt: record.limit?.observedAt ?? 0,
    source: "count",
    isRefused: false,
  };
}

/** The calendar's windows always run; a day from first use only once somebody has begun it. */
export function resetAtOf(record: QuotaRecord, now: EpochMs): EpochMs | undefined {
  if (record.period !== "day-from-first-use") return windowAt(record.period, now).endsAt;
  const endsAt = countEndsAt(record) ?? 0;
  return endsAt > now ? endsAt : undefined;
}

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));
