import fc from "fast-check";
import type { PresumedLimits } from "../../../src/core/quota/peers";
import { placeOf, type QuotaPlace } from "../../../src/core/quota/place";
import { joinRecords, type QuotaRecord, recordKey } from "../../../src/core/quota/record";
import type { Demand } from "../../../src/core/quota/standing";
import type { StateChange } from "../../../src/core/state";
import { anAccount, aSeat, NOW } from "../../support/builders";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const PRO = "gemini-2.5-pro";

/** A key's requests are counted per Pacific day; that of the fake clock ends at 8:00 UTC. */
export const keyPlace = (): QuotaPlace => placeOf(anAccount(), PRO);
export const PACIFIC = {
  startsAt: Date.parse("2026-11-20T08:00:00Z"),
  endsAt: Date.parse("2026-11-21T08:00:00Z"),
} as const;

/** A seat's requests are counted for 24 hours from the first one. */
export const seatPlace = (): QuotaPlace => placeOf(aSeat(), PRO);

/** What one process knows; it learns as the stores do. */
export interface Memory {
  readonly known: ReadonlyMap<string, QuotaRecord>;
  learn(changes: readonly StateChange[]): void;
  /** Both know everything afterwards. */
  meet(other: Memory): void;
}

export function aMemory(...records: readonly QuotaRecord[]): Memory {
  const known = new Map<string, QuotaRecord>();
  const take = (record: QuotaRecord): void => {
    const key = recordKey(record);
    const before = known.get(key);
    known.set(key, before ? joinRecords(before, record) : record);
  };
  const learn = (changes: readonly StateChange[]): void => {
    for (const change of changes) if (change.type === "quota.learnt") take(change.record);
  };
  const news = (from: ReadonlyMap<string, QuotaRecord>): StateChange[] =>
    [...from.values()].map((record) => ({ type: "quota.learnt", record }));
  for (const record of records) take(record);
  return {
    known,
    learn,
    meet(other) {
      const ours = news(known);
      learn(news(other.known));
      other.learn(ours);
    },
  };
}

/** A record of a place, by default of its requests in the long window. */
export const aRecordOf = (place: QuotaPlace, overrides: Partial<QuotaRecord> = {}): QuotaRecord => ({
  quotaScope: place.quotaScope,
  group: place.group,
  meter: "requests",
  period: place.period,
  updatedAt: NOW,
  ...overrides,
});

/** Moments around the fake clock's start, few enough that ties are frequent. */
export const aMoment = (): fc.Arbitrary<number> => fc.integer({ min: -30, max: 30 }).map((hours) => NOW + hours * HOUR);

const writers = fc.dictionary(fc.constantFrom("w1", "w2", "w3"), fc.integer({ min: 0, max: 40 }));

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

/** Any record of one key: whatever may stand in the store. */
export const anyRecord = (place: QuotaPlace = keyPlace()): fc.Arbitrary<QuotaRecord> =>
  fc
    .record({
      limit: optional(
        fc.record({
          value: fc.constantFrom(0, 1, 7, 20, 1500),
          observedAt: aMoment(),
          source: fc.constantFrom("refusal" as const, "probe" as const, "counted" as const),
        }),
      ),
      reading: optional(
        fc
          .record({
            remainingFraction: fc.double({ min: 0, max: 1, noNaN: true }),
            resetAt: optional(aMoment()),
            observedAt: aMoment(),
            countAt: fc.integer({ min: 0, max: 60 }),
          })
          .map(compact),
      ),
      refusal: optional(
        fc.record({ observedAt: aMoment(), resetAt: aMoment(), spentUntil: optional(aMoment()) }).map(compact),
      ),
      count: optional(fc.record({ startsAt: aMoment(), endsAt: aMoment(), by: writers })),
      countedSince: optional(aMoment()),
      updatedAt: aMoment(),
    })
    .map((fields) => aRecordOf(place, compact(fields) as Partial<QuotaRecord>));

/** A demand on any place. */
export const aDemand = ({
  inFlightCount = 0,
  presumed = { minute: undefined, long: undefined },
  ...more
}: Partial<Pick<Demand, "now" | "inputTokens">> & {
  readonly inFlightCount?: number;
  readonly presumed?: PresumedLimits;
} = {}): Demand => ({
  now: NOW,
  inputTokens: 0,
  inFlightAt: () => inFlightCount,
  presumedAt: () => presumed,
  ...more,
});
