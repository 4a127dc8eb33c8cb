import type { DurationMs, EpochMs } from "../account";
import { DAY_MS } from "./period";
import type { QuotaLimit, QuotaRecord } from "./record";

/** Limits per minute change with Google's load; an hour later they are worth asking again. */
const MINUTE_LIMIT_MS: DurationMs = 3_600_000;

/** What Google named holds until the tier changes; what we only counted may have been somebody else's calls. */
const LONG_LIMIT_MS: Readonly<Record<QuotaLimit["source"], DurationMs>> = {
  refusal: 7 * DAY_MS,
  probe: 7 * DAY_MS,
  counted: 2 * DAY_MS,
};

/** How much fits into one window, above 0; undefined where nobody knows or what is known is too old. */
export function trustedLimit(record: QuotaRecord | undefined, now: EpochMs): number | undefined {
  const limit = record?.limit;
  if (!record || !limit || !(limit.value > 0)) return undefined;
  return now < trustedUntil(record) ? limit.value : undefined;
}

/** Limits of a minute that were met longer ago than this are forgotten. */
export const DOUBTED_MS: DurationMs = 7 * DAY_MS;

/** A minute's limit that is no longer sure, yet likely: beyond it one call at a time may ask. */
export function doubtedLimit(record: QuotaRecord | undefined, now: EpochMs): number | undefined {
  const limit = record?.limit;
  if (!record || !limit || !(limit.value > 0) || now < trustedUntil(record)) return undefined;
  return now < limit.observedAt + DOUBTED_MS ? limit.value : undefined;
}

/** Until when the limit of a record is worth believing; 0 where it has none. */
export function trustedUntil({ limit, period }: QuotaRecord): EpochMs {
  if (!limit) return 0;
  return limit.observedAt + (period === "minute" ? MINUTE_LIMIT_MS : LONG_LIMIT_MS[limit.source]);
}
