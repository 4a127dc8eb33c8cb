import type { DurationMs, EpochMs } from "../account";
import type { StateChange } from "../state";
import { countedAt } from "./count";
import { DAY_MS } from "./period";
import { placeIn, type QuotaPlace, type RecordPlace } from "./place";
import { emptyRecord, type ProbedQuota, type QuotaLimit, type QuotaReading, type QuotaRecord } from "./record";

/** A full day that ends this near to a day from now has not begun: its end moves with the clock. */
const NOT_BEGUN_MS: DurationMs = 300_000;

/**
 * What a probe teaches about the groups it names, in the account's quota scope. Of two readings of one group the one with
 * less left counts. A hint, never proof: a refusal outranks it.
 */
export function probeLessons(
  owner: Pick<QuotaPlace, "backend" | "quotaScope">,
  readings: readonly ProbedQuota[],
  known: ReadonlyMap<string, QuotaRecord>,
  { now, inFlightAt = () => 0 }: ProbedAt,
): readonly StateChange[] {
  return [...scarcest(readings).values()].map((probed) => {
    const place = placeIn(owner.backend, owner.quotaScope, probed.group);
    const blank = emptyRecord(place, "requests", place.period);
    const record = read(probed, known.get(place.requestsLong) ?? blank, blank, {
      now,
      inFlightCount: inFlightAt(place),
    });
    return { type: "quota.learnt", record };
  });
}

/** When a probe was answered. `inFlightAt`: calls that were out then, which Google has counted and we have not. */
export interface ProbedAt {
  readonly now: EpochMs;
  readonly inFlightAt?: (place: RecordPlace) => number;
}

function scarcest(readings: readonly ProbedQuota[]): ReadonlyMap<string, ProbedQuota> {
  const byGroup = new Map<string, ProbedQuota>();
  for (const probed of readings) {
    const other = byGroup.get(probed.group);
    if (Number.isNaN(probed.remainingFraction)) continue;
    if (!other || probed.remainingFraction < other.remainingFraction) byGroup.set(probed.group, probed);
  }
  return byGroup;
}

function read(
  probed: ProbedQuota,
  record: QuotaRecord,
  blank: QuotaRecord,
  { now, inFlightCount }: { readonly now: EpochMs; readonly inFlightCount: number },
): QuotaRecord {
  const remainingFraction = Math.min(1, Math.max(0, probed.remainingFraction));
  const resetAt = resetOf(probed, record, now);
  const when = resetAt === undefined ? {} : { resetAt };
  const heard: QuotaReading = { remainingFraction, ...when, observedAt: now, countAt: 0 };
  const reading = { ...heard, countAt: countedAt({ ...record, reading: heard }, now) + inFlightCount };
  const limit = limitOf(probed, now);
  return { ...blank, reading, ...(limit ? { limit } : {}), updatedAt: now };
}

function resetOf(
  { resetAt, remainingFraction }: ProbedQuota,
  { period }: QuotaRecord,
  now: EpochMs,
): EpochMs | undefined {
  const isFresh = period === "day-from-first-use" && remainingFraction >= 1;
  return isFresh && resetAt !== undefined && resetAt >= now + DAY_MS - NOT_BEGUN_MS ? undefined : resetAt;
}

function limitOf({ remainingCount = 0, remainingFraction }: ProbedQuota, now: EpochMs): QuotaLimit | undefined {
  if (!(remainingCount > 0 && remainingFraction > 0)) return undefined;
  const value = Math.max(1, Math.round(remainingCount / Math.min(1, remainingFraction)));
  return { value, observedAt: now, source: "probe" };
}
