import type { DurationMs, EpochMs } from "../account";
import { DAY_MS, type Span, windowAt } from "./period";
import type { QuotaCount, QuotaReading, QuotaRecord, QuotaRefusal } from "./record";

/**
 * Processes that begin a window of their own at nearly the same time give it the same name, and their counts add up.
 * Only the name is rounded: when the window ends is kept exactly.
 */
const NAME_STEP_MS: DurationMs = 600_000;

/** Sums by count: counts never change, and a choice asks for the same ones again and again. */
const totals = new WeakMap<QuotaCount, number>();

/** What all processes counted in the window that is open at `now`; 0 where none is. */
export function countedAt(record: QuotaRecord, now: EpochMs): number {
  const { count, period } = record;
  if (!count || now >= (countEndsAt(record) ?? 0)) return 0;
  return now >= count.startsAt || period === "day-from-first-use" ? total(count) : 0;
}

function total(count: QuotaCount): number {
  const known = totals.get(count);
  if (known !== undefined) return known;
  let sum = 0;
  for (const writer in count.by) sum += count.by[writer] ?? 0;
  totals.set(count, sum);
  return sum;
}

/**
 * When the window ends in which calls were counted last. A day from first use can have been begun by somebody else, so what
 * Google said of it while it was open counts more than our own first call.
 */
export function countEndsAt({ period, count, reading, refusal }: QuotaRecord): EpochMs | undefined {
  if (!count || period !== "day-from-first-use") return count?.endsAt;
  const heard = lastHeard(reading, refusal);
  const isOfIt = heard && heard.observedAt < count.endsAt && endOf(heard) > count.endsAt - DAY_MS;
  return isOfIt ? endOf(heard) : count.endsAt;
}

type Heard = QuotaReading | QuotaRefusal;

/** When Google said, last, that the window ends; what says nothing any more is passed over. */
function lastHeard(reading: QuotaReading | undefined, refusal: QuotaRefusal | undefined): Heard | undefined {
  const read = reading && endOf(reading) > reading.observedAt ? reading : undefined;
  const refused = refusal && endOf(refusal) > refusal.observedAt ? refusal : undefined;
  if (!read || !refused) return read ?? refused;
  return refused.observedAt >= read.observedAt ? refused : read;
}

const endOf = (heard: Heard): EpochMs => ("spentUntil" in heard ? heard.spentUntil : heard.resetAt) ?? 0;

/** The count after a call that was sent at `startedAt`: this process's part alone, to be joined; nothing for a window that is over. */
export function countOn(
  record: QuotaRecord,
  amount: number,
  writer: string,
  startedAt: EpochMs,
): QuotaCount | undefined {
  const window = windowOfCall(record, startedAt);
  if (!window) return undefined;
  const isSame = window.startsAt === record.count?.startsAt;
  const before = isSame ? (record.count?.by[writer] ?? 0) : 0;
  return { ...window, by: { [writer]: before + amount } };
}

function windowOfCall(record: QuotaRecord, startedAt: EpochMs): Span | undefined {
  const { period, count } = record;
  const endsAt = countEndsAt(record);
  if (count && endsAt !== undefined && startedAt < endsAt) {
    if (startedAt >= count.startsAt || period === "day-from-first-use") return { startsAt: count.startsAt, endsAt };
    return undefined;
  }
  return period === "day-from-first-use" ? begun(record, startedAt) : windowAt(period, startedAt);
}

/** A day that begins with this call, or that somebody else began and Google told us of. */
function begun({ count, reading, refusal }: QuotaRecord, startedAt: EpochMs): Span {
  const name = Math.floor(startedAt / NAME_STEP_MS) * NAME_STEP_MS;
  const startsAt = Math.max(name, (count?.startsAt ?? name - 1) + 1);
  const heard = lastHeard(reading, refusal);
  const heardEnd = heard ? endOf(heard) : 0;
  const isRunning = heardEnd > startedAt && heardEnd <= startedAt + DAY_MS;
  return { startsAt, endsAt: isRunning ? heardEnd : startedAt + DAY_MS };
}
