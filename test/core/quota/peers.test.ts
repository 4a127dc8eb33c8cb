import { describe, expect, test } from "bun:test";
import { Peers, presumedWrongly } from "../../../src/core/quota/peers";
import { placeOf, type QuotaPlace } from "../../../src/core/quota/place";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { createMinuteMeter } from "../../../src/core/quota/sliding";
import { standingOf } from "../../../src/core/quota/standing";
import { anAccount, aSeat, NOW } from "../../support/builders";
import { aDemand, aMemory, aRecordOf, DAY, HOUR, PACIFIC, PRO } from "./parts";

const keyOf = (id: string, more: Parameters<typeof anAccount>[0] = {}) =>
  placeOf(anAccount({ id, quotaProject: id, ...more }), PRO);
const [A, B, C] = [keyOf("a"), keyOf("b"), keyOf("c")];

const perMinute = (place: QuotaPlace, value: number, observedAt = NOW): QuotaRecord =>
  aRecordOf(place, { period: "minute", limit: { value, observedAt, source: "refusal" } });
const perDay = (place: QuotaPlace, value: number): QuotaRecord =>
  aRecordOf(place, { limit: { value, observedAt: NOW, source: "refusal" } });
const counted = (place: QuotaPlace, count: number): QuotaRecord =>
  aRecordOf(place, { count: { startsAt: PACIFIC.startsAt, endsAt: PACIFIC.endsAt, by: { w: count } } });

function presumed(place: QuotaPlace, records: readonly QuotaRecord[], places = [A, B, C], now = NOW) {
  const peers = new Peers();
  peers.follow(
    places.map((each) => ({ place: each })),
    aMemory(...records).known,
    now,
  );
  return peers.of(place);
}

/** How `B` stands after so many calls within the minute. */
function stands(records: readonly QuotaRecord[], callCount: number, inFlightCount = 0) {
  const meter = createMinuteMeter();
  for (let call = 0; call < callCount; call++) meter.hold(B, 0, NOW);
  const { known } = aMemory(...records);
  const demand = aDemand({ inFlightCount, presumed: presumed(B, records) });
  return standingOf(B, known, meter, demand);
}

describe("what one key has met is presumed of keys like it", () => {
  test("the highest where several have met one", () => {
    expect(presumed(C, [perMinute(A, 10), perMinute(B, 15), perDay(A, 50)])).toEqual({ minute: 15, long: 50 });
  });

  test("not of another tier, another model group, another backend or another kind of credential", () => {
    const others = [
      keyOf("t", { tier: "paid" }),
      placeOf(anAccount({ id: "m" }), "gemini-2.5-flash"),
      placeOf(aSeat(), PRO),
      keyOf("o", { credential: "oauth" }),
    ];
    for (const other of others) {
      expect(presumed(other, [perMinute(A, 10)], [A, other])).toEqual({ minute: undefined, long: undefined });
    }
  });

  test("no longer than it is believed itself", () => {
    const met = [perMinute(A, 10, NOW)];
    expect(presumed(B, met, [A, B], NOW + HOUR - 1).minute).toBe(10);
    expect(presumed(B, met, [A, B], NOW + HOUR).minute).toBeUndefined();
  });

  test("is looked at again after five seconds, and at once where this process learns it", () => {
    const peers = new Peers();
    const places = [A, B].map((place) => ({ place }));
    const before = aMemory(perDay(A, 50)).known;
    const after = aMemory(perDay(A, 50), perMinute(A, 10)).known;
    peers.follow(places, before, NOW);
    peers.follow(places, after, NOW + 4_999);
    expect(peers.of(B)).toEqual({ minute: undefined, long: 50 });
    peers.follow(places, after, NOW + 5_000);
    expect(peers.of(B)).toEqual({ minute: 10, long: 50 });
    peers.learn(A, aMemory(perMinute(A, 12)).known, NOW + 5_001);
    expect(peers.of(B).minute).toBe(12);
  });
});

describe("a key that has met no limit itself", () => {
  test("is presumed spent from the call on that would not fit into the minute", () => {
    expect(stands([perMinute(A, 10)], 9).isPresumedSpent).toBe(false);
    expect(stands([perMinute(A, 10)], 10)).toMatchObject({ isPresumedSpent: true, isSpent: false });
    expect(stands([perMinute(A, 10)], 10).fullUntil).toBeUndefined();
  });

  test("and into the day, what is out there included", () => {
    const known = [perDay(A, 50), counted(B, 48)];
    expect(stands(known, 0, 1).isPresumedSpent).toBe(false);
    expect(stands(known, 0, 2).isPresumedSpent).toBe(true);
  });

  test("is not where its own limit is known, or was shown to be another within the week", () => {
    expect(stands([perMinute(A, 10), perMinute(B, 60)], 10).isPresumedSpent).toBe(false);
    expect(stands([perMinute(A, 10), perMinute(B, 0)], 10).isPresumedSpent).toBe(false);
    expect(stands([perMinute(A, 10), perMinute(B, 0, NOW - 7 * DAY)], 10).isPresumedSpent).toBe(true);
  });
});

describe("an answer that would not have fitted", () => {
  const context = { writer: "w", startedAt: NOW, now: NOW + 500 };
  const limits = { minute: 10, long: 50 };

  test("ends the presumption, and only that one", () => {
    const minute = { requestCount: 10, freesAt: NOW };
    const { known, learn } = aMemory(counted(B, 5));
    learn(presumedWrongly(B, limits, known, { ...context, minute }));
    expect(known.get(B.requestsMinute)?.limit?.value).toBe(0);
    expect(known.get(B.requestsLong)?.limit).toBeUndefined();
    expect(presumedWrongly(B, limits, known, { ...context, minute })).toEqual([]);
  });

  test("of the day too", () => {
    const { known, learn } = aMemory(counted(B, 50));
    learn(presumedWrongly(B, limits, known, context));
    expect(known.get(B.requestsLong)?.limit?.value).toBe(0);
  });

  test("that fits says nothing", () => {
    const minute = { requestCount: 9, freesAt: NOW };
    expect(presumedWrongly(B, limits, aMemory(counted(B, 49)).known, { ...context, minute })).toEqual([]);
  });
});
