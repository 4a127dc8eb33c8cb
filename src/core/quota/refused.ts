import type { DurationMs, EpochMs } from "../account";
import type { Outcome } from "../outcome";
import { noReading } from "./belief";
import { countedAt } from "./count";
import { resetAtOf } from "./left";
import type { LessonContext } from "./lesson";
import { type Meter, type Period, windowAt } from "./period";
import type { QuotaPlace } from "./place";
import { emptyRecord, type QuotaLimit, type QuotaRecord, type QuotaRefusal } from "./record";

type Limited = Extract<Outcome, { kind: "limited" }>;
type Known = ReadonlyMap<string, QuotaRecord>;

/** What a refusal is about. `isNamed`: Google's own name of the limit said so, so its value belongs to it. */
interface Subject {
  readonly meter: Meter;
  readonly period: Period;
  readonly isNamed: boolean;
}

/** Up to here the time Google states for a limit per day is an invitation to try once, not the end of the day. */
const SHORT_RETRY_MS: DurationMs = 3_600_000;
/** A window that ends this near to ours is the one we began ourselves. */
const SAME_END_MS: DurationMs = 600_000;

const DAYS: ReadonlySet<Period> = new Set<Period>(["pacific-day", "day-from-first-use", "daily"]);

/** The records after a refusal. A minute's is a limit to keep below, no refusal to wait for: the cooldown does that. */
export function refusedFor(
  place: QuotaPlace,
  outcome: Limited,
  known: Known,
  context: LessonContext,
): readonly QuotaRecord[] {
  const subject = subjectOf(place, outcome);
  const lesson = subject && lessonOf(place, subject, outcome, known, context);
  const doubt = outcome.reason === "model-unavailable" ? undefined : withoutReading(place, known, context.now);
  return [lesson ?? [], doubt ?? []].flat();
}

const lessonOf = (place: QuotaPlace, subject: Subject, outcome: Limited, known: Known, context: LessonContext) =>
  subject.period === "minute"
    ? minute(place, subject, outcome, known, context)
    : long(place, subject, outcome, known, context);

function subjectOf({ period }: QuotaPlace, { scope, reason, window }: Limited): Subject | undefined {
  if (scope !== "quota") return undefined;
  switch (reason) {
    case "unexplained":
    case "model-unavailable":
    case "spend-limit":
      return undefined;
    case "rate-limit":
      return window ? { ...window, isNamed: true } : { meter: "requests", period: "minute", isNamed: false };
    case "daily-quota":
    case "quota":
      return window ? { ...window, isNamed: true } : { meter: "requests", period, isNamed: false };
  }
}

/** Google refused, so what a probe said before was wrong or is. */
function withoutReading(place: QuotaPlace, known: Known, now: EpochMs): QuotaRecord | undefined {
  const reading = known.get(place.requestsLong)?.reading;
  if (!reading || reading.observedAt >= now || (reading.resetAt ?? now + 1) <= now) return undefined;
  return { ...emptyRecord(place, "requests", place.period), reading: noReading(now), updatedAt: now };
}

function minute(
  place: QuotaPlace,
  { meter, isNamed }: Subject,
  outcome: Limited,
  known: Known,
  context: LessonContext,
): QuotaRecord | undefined {
  const { now } = context;
  const limit = isNamed ? namedLimit(outcome, now) : minuteLimit(outcome, known.get(place.requestsMinute), context);
  return limit && { ...emptyRecord(place, meter, "minute"), limit, updatedAt: now };
}

/** Google's end and the end of our own oldest call may differ by the time a call is on its way. */
const SAME_MINUTE_MS: DurationMs = 1_500;

/** Of calls that were sent together and refused together the first one tells: before the others stood refused ones. */
const TOGETHER_MS: DurationMs = 10_000;

/** Nobody named the limit, but it ends just when our oldest call leaves the minute: so what we had sent is what fits. */
function minuteLimit(
  { until }: Limited,
  known: QuotaRecord | undefined,
  { now, minute: before }: LessonContext,
): QuotaLimit | undefined {
  if (before?.freesAt === undefined || until === undefined) return undefined;
  if (Math.abs(until - before.freesAt) > SAME_MINUTE_MS) return undefined;
  const limit = known?.limit;
  const isOfNow = limit !== undefined && limit.value > 0 && now - limit.observedAt < TOGETHER_MS;
  const value = isOfNow ? Math.min(limit.value, before.requestCount) : before.requestCount;
  return { value, observedAt: now, source: "counted" };
}

/** Whatever day or week it is, the place has one long window: the one its records are looked up by. */
function long(
  place: QuotaPlace,
  subject: Subject,
  outcome: Limited,
  known: Known,
  { now, startedAt }: LessonContext,
): QuotaRecord {
  const blank = emptyRecord(place, subject.meter, place.period);
  const record = known.get(subject.meter === "requests" ? place.requestsLong : place.inputTokensLong) ?? blank;
  const refusal = refusalOf(record, subject, outcome, { now, startedAt });
  const isOfDay = DAYS.has(subject.period);
  const named = subject.isNamed && isOfDay ? namedLimit(outcome, now) : undefined;
  const limit = named ?? (isOfDay ? countedLimit(record, outcome, { now, startedAt }) : undefined);
  return { ...blank, refusal, ...(limit ? { limit } : {}), updatedAt: now };
}

type Times = Pick<LessonContext, "now" | "startedAt">;

/** The window of the call is the one it was sent in: a refusal that arrives after midnight is about the day before. */
function refusalOf(
  record: QuotaRecord,
  { isNamed }: Subject,
  outcome: Limited,
  { now, startedAt }: Times,
): QuotaRefusal {
  const endsAt = resetAtOf(record, startedAt) ?? windowAt(record.period, startedAt).endsAt;
  const { until, reason } = outcome;
  if (until === undefined) return { observedAt: now, resetAt: endsAt };
  const isInvitation = (isNamed || reason === "daily-quota") && until > now && until - now <= SHORT_RETRY_MS;
  const lasts = isInvitation && until < endsAt ? { spentUntil: endsAt } : {};
  return { observedAt: now, resetAt: until, ...lasts };
}

function namedLimit({ quotaValue }: Limited, now: EpochMs): QuotaLimit | undefined {
  if (quotaValue === undefined || !(quotaValue > 0)) return undefined;
  return { value: quotaValue, observedAt: now, source: "refusal" };
}

/** What had passed when Google refused is the limit, if nothing of the window is missing in our count and nobody knows better. */
function countedLimit(record: QuotaRecord, { until }: Limited, { now, startedAt }: Times): QuotaLimit | undefined {
  const value = countedAt(record, startedAt);
  const isToldBetter = record.limit !== undefined && record.limit.value > 0 && record.limit.source !== "counted";
  if (value <= 0 || isToldBetter || !countedWhole(record, until)) return undefined;
  return { value, observedAt: now, source: "counted" };
}

/** A day from first use was ours from its beginning if it ends when ours does. */
function countedWhole({ period, count, countedSince }: QuotaRecord, until: EpochMs | undefined): boolean {
  if (!count) return false;
  if (period !== "day-from-first-use") return countedSince !== undefined && countedSince <= count.startsAt;
  return until !== undefined && Math.abs(count.endsAt - until) <= SAME_END_MS;
}
