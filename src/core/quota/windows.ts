import type { EpochMs } from "../account";
import { leftByReading, leftOf } from "./left";
import type { QuotaPlace } from "./place";
import type { QuotaRecord, QuotaWindow } from "./record";
import { trustedLimit } from "./trust";

/**
 * What a record says at `now`, for people; nothing where it says nothing any more. A refusal outranks what was read before
 * it; a newer reading is shown beside the pause that goes on. A window that has reset is full again. A minute is no window
 * to show: each process counts its own.
 */
export function windowOf(record: QuotaRecord, now: EpochMs): QuotaWindow | undefined {
  const left = leftByReading(record, now) ?? leftOf(record, now);
  if (!left) return undefined;
  const { quotaScope, group, meter, period } = record;
  const { remainingFraction, resetAt, observedAt, source } = left;
  const limit = trustedLimit(record, now);
  return {
    quotaScope,
    group,
    meter,
    period,
    remainingFraction,
    ...(limit === undefined ? {} : { limit }),
    ...(resetAt === undefined ? {} : { resetAt }),
    observedAt,
    source,
  };
}

/** The windows of a place of which anything is known, requests first. */
export function windowsOf(
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  now: EpochMs,
): readonly QuotaWindow[] {
  return [place.requestsLong, place.inputTokensLong].flatMap((key) => {
    const record = known.get(key);
    return (record && windowOf(record, now)) ?? [];
  });
}
