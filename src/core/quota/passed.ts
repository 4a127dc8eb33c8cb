import { disproved } from "./belief";
import { countOn } from "./count";
import type { LessonContext } from "./lesson";
import type { QuotaPlace } from "./place";
import { emptyRecord, type QuotaRecord } from "./record";

/** The records after an answered call: requests are always counted, tokens where a limit of tokens has been met. */
export function passed(
  place: QuotaPlace,
  inputTokens: number | undefined,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly QuotaRecord[] {
  const requests = known.get(place.requestsLong) ?? emptyRecord(place, "requests", place.period);
  const tokens = known.get(place.inputTokensLong);
  const minute = tooLow(place, known.get(place.requestsMinute), context);
  return [
    ...counted(requests, 1, context),
    ...(tokens ? counted(tokens, inputTokens ?? 0, context) : []),
    ...(minute ? [minute] : []),
  ];
}

/** What an answer that has begun disproves, before it is counted at its end. */
export function begun(
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  context: LessonContext,
): readonly QuotaRecord[] {
  const long = [known.get(place.requestsLong), known.get(place.inputTokensLong)].flatMap((record) => {
    if (!record) return [];
    const { quotaScope, group, meter, period } = record;
    const news = disproved(record, { amount: 1, startedAt: context.startedAt, now: context.now });
    return Object.keys(news).length === 0
      ? []
      : [{ quotaScope, group, meter, period, ...news, updatedAt: context.now }];
  });
  const minute = tooLow(place, known.get(place.requestsMinute), context);
  return minute ? [...long, minute] : long;
}

/** More calls have passed within a minute than its limit allows: it is forgotten. */
function tooLow(
  place: QuotaPlace,
  record: QuotaRecord | undefined,
  { minute, startedAt, now }: LessonContext,
): QuotaRecord | undefined {
  const limit = record?.limit;
  if (!limit || !minute || limit.value <= 0 || limit.observedAt >= startedAt) return undefined;
  if (minute.requestCount < limit.value) return undefined;
  const forgotten = { ...limit, value: 0, observedAt: startedAt };
  return { ...emptyRecord(place, "requests", "minute"), limit: forgotten, updatedAt: now };
}

/** What is new in a record, to be joined. */
function counted(
  record: QuotaRecord,
  amount: number,
  { writer, startedAt, now }: LessonContext,
): readonly QuotaRecord[] {
  const { quotaScope, group, meter, period } = record;
  const count = amount > 0 ? countOn(record, amount, writer, startedAt) : undefined;
  const since = record.countedSince === undefined ? { countedSince: startedAt } : {};
  const news = { ...(count ? { count, ...since } : {}), ...disproved(record, { amount, startedAt, now }) };
  return Object.keys(news).length === 0 ? [] : [{ quotaScope, group, meter, period, ...news, updatedAt: now }];
}
