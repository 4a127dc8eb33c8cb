import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Outcome } from "../../../src/core/outcome";
import { countedAt } from "../../../src/core/quota/count";
import { quotaLessons } from "../../../src/core/quota/learn";
import type { QuotaPlace } from "../../../src/core/quota/place";
import type { QuotaRecord } from "../../../src/core/quota/record";
import { NOW } from "../../support/builders";
import { aMemory, aRecordOf, DAY, HOUR, keyPlace, type Memory, MINUTE, PACIFIC, seatPlace } from "./parts";

const answered = (inputTokens = 10): Outcome => ({
  kind: "success",
  usage: { inputTokens, outputTokens: 1, cachedTokens: 0, thoughtTokens: 0 },
});

interface Sent {
  readonly writer?: string;
  readonly at: number;
  readonly tookMs?: number;
  readonly inputTokens?: number;
}

/** One call was answered. */
function pass(memory: Memory, place: QuotaPlace, { writer = "w1", at, tookMs = 1_000, inputTokens }: Sent): void {
  const context = { writer, startedAt: at, now: at + tookMs };
  memory.learn(quotaLessons(place, answered(inputTokens), memory.known, context));
}

const requestsOf = (memory: Memory, place: QuotaPlace) => memory.known.get(place.requestsLong);
const countOf = (memory: Memory, place: QuotaPlace, now: number) => {
  const record = requestsOf(memory, place);
  return record ? countedAt(record, now) : 0;
};

describe("an answered call is counted", () => {
  test("in the Pacific day it was sent in, which begins anew at midnight", () => {
    const [memory, place] = [aMemory(), keyPlace()];
    pass(memory, place, { at: NOW });
    pass(memory, place, { at: PACIFIC.endsAt - 2 });
    expect(requestsOf(memory, place)?.count).toEqual({ ...PACIFIC, by: { w1: 2 } });
    expect(countOf(memory, place, PACIFIC.endsAt)).toBe(0);
    pass(memory, place, { at: PACIFIC.endsAt });
    expect(countOf(memory, place, PACIFIC.endsAt)).toBe(1);
  });

  const days = [
    ["the long day", "2026-11-01T07:00:00Z", 25],
    ["the short day", "2026-03-08T08:00:00Z", 23],
    ["the last day of a year", "2026-12-31T08:00:00Z", 24],
  ] as const;
  for (const [name, start, hours] of days) {
    test(`once an hour on ${name}: ${hours}`, () => {
      const [memory, place] = [aMemory(), keyPlace()];
      const from = Date.parse(start) - HOUR;
      for (let hour = 0; hour <= hours; hour++) pass(memory, place, { at: from + hour * HOUR });
      expect(countOf(memory, place, from + hours * HOUR + 1)).toBe(hours);
    });
  }

  test("a call that was sent before midnight and ends after the new day's first is not the new day's", () => {
    const [memory, place] = [aMemory(), keyPlace()];
    pass(memory, place, { at: PACIFIC.endsAt + 5 });
    pass(memory, place, { at: PACIFIC.endsAt - 60_000, tookMs: 90_000 });
    expect(countOf(memory, place, PACIFIC.endsAt + 30_000)).toBe(1);
  });

  test("on a seat within 24 hours from the first one; then a new day begins with the next call", () => {
    const [memory, place] = [aMemory(), seatPlace()];
    pass(memory, place, { at: NOW + 7 });
    pass(memory, place, { at: NOW + 7 + DAY - 1 });
    expect(countOf(memory, place, NOW + 7 + DAY - 1)).toBe(2);
    expect(countOf(memory, place, NOW + 7 + DAY)).toBe(0);
    pass(memory, place, { at: NOW + 2 * DAY });
    expect(countOf(memory, place, NOW + 2 * DAY)).toBe(1);
    expect(requestsOf(memory, place)?.count?.endsAt).toBe(NOW + 3 * DAY);
  });

  test("on a seat in the day that somebody else began, as far as Google told", () => {
    const place = seatPlace();
    const reading = { remainingFraction: 0.5, resetAt: NOW + 2 * HOUR, observedAt: NOW - HOUR, countAt: 0 };
    const memory = aMemory(aRecordOf(place, { reading }));
    pass(memory, place, { at: NOW });
    expect(countOf(memory, place, NOW + 2 * HOUR - 1)).toBe(1);
    expect(countOf(memory, place, NOW + 2 * HOUR)).toBe(0);
    pass(memory, place, { at: NOW + 3 * HOUR });
    pass(memory, place, { at: NOW + 4 * HOUR });
    expect(countOf(memory, place, NOW + 4 * HOUR)).toBe(2);
  });

  test("a day that Google ends earlier than we thought ends then, even when the next begins within minutes", () => {
    const [memory, place] = [aMemory(), seatPlace()];
    pass(memory, place, { at: NOW });
    const reading = { remainingFraction: 0.5, resetAt: NOW + 4 * MINUTE, observedAt: NOW + MINUTE, countAt: 1 };
    memory.learn([{ type: "quota.learnt", record: aRecordOf(place, { reading }) }]);
    for (const minutes of [5, 6, 7]) pass(memory, place, { at: NOW + minutes * MINUTE });
    expect(countOf(memory, place, NOW + 8 * MINUTE)).toBe(3);
  });

  test("a seat's day ends when Google's last word says, be it a refusal or a reading", () => {
    const place = seatPlace();
    const count = { startsAt: NOW - 20 * HOUR, endsAt: NOW + 4 * HOUR, by: { w1: 5 } };
    const reading = { remainingFraction: 0.5, resetAt: NOW + 2 * HOUR, observedAt: NOW - 2 * HOUR, countAt: 5 };
    const refusedAt = (observedAt: number) => ({ observedAt, resetAt: NOW + HOUR });
    const left = (fields: Partial<QuotaRecord>, hours: number) =>
      countedAt(aRecordOf(place, { count, ...fields }), NOW + hours * HOUR - 1);
    expect([left({}, 4), left({}, 4.1)]).toEqual([5, 0]);
    const refused = { refusal: refusedAt(NOW - HOUR) };
    expect([left(refused, 1), left(refused, 1.1)]).toEqual([5, 0]);
    const refusedLast = { reading, ...refused };
    expect([left(refusedLast, 1), left(refusedLast, 1.1)]).toEqual([5, 0]);
    const readLast = { reading, refusal: refusedAt(NOW - 3 * HOUR) };
    expect([left(readLast, 2), left(readLast, 2.1)]).toEqual([5, 0]);
    const invited = { refusal: { ...refusedAt(NOW - HOUR), spentUntil: NOW + 3 * HOUR } };
    expect([left(invited, 3), left(invited, 3.1)]).toEqual([5, 0]);
    const silent = { observedAt: NOW, resetAt: NOW };
    expect(left({ refusal: silent, reading: { ...silent, remainingFraction: 0, countAt: 0 } }, 4)).toBe(5);
  });

  test("of two that were sent before anybody was answered, whichever is answered first", () => {
    const [memory, place] = [aMemory(), seatPlace()];
    pass(memory, place, { at: NOW + 10 });
    pass(memory, place, { at: NOW - 10, tookMs: 5_000 });
    expect(countOf(memory, place, NOW + 5_000)).toBe(2);
  });

  test("so that a whole day of counting tells what the limit is", () => {
    const [memory, place] = [aMemory(), keyPlace()];
    pass(memory, place, { at: NOW });
    pass(memory, place, { at: NOW + DAY });
    pass(memory, place, { at: NOW + DAY + HOUR });
    const refused = { kind: "limited", scope: "quota", reason: "daily-quota", detailed: true, status: 429 } as const;
    const at = NOW + DAY + 2 * HOUR;
    const context = { writer: "w1", startedAt: at, now: at + 100 };
    memory.learn(quotaLessons(place, { ...refused, sentence: "" }, memory.known, context));
    expect(requestsOf(memory, place)?.limit).toMatchObject({ value: 2, source: "counted" });
  });

  test("tokens are counted only where a limit of tokens was met", () => {
    const place = keyPlace();
    const memory = aMemory();
    pass(memory, place, { at: NOW, inputTokens: 500 });
    expect(memory.known.get(place.inputTokensLong)).toBeUndefined();
    const limit = { value: 100_000, observedAt: NOW, source: "refusal" as const };
    const withLimit = aMemory(aRecordOf(place, { meter: "input-tokens", limit }));
    pass(withLimit, place, { at: NOW + 5, inputTokens: 500 });
    pass(withLimit, place, { at: NOW + 9, inputTokens: 40 });
    expect(countedAt(withLimit.known.get(place.inputTokensLong)!, NOW + 10)).toBe(540);
  });

  test("nothing but success and limits teaches anything", () => {
    const context = { writer: "w1", startedAt: NOW, now: NOW + 1 };
    const refused = { status: 500, sentence: "" };
    const others: Outcome[] = [
      { kind: "aborted" },
      { kind: "transient", cause: "server", ...refused },
      { kind: "capacity", detailed: true, ...refused },
      { kind: "rejected", ...refused },
    ];
    for (const outcome of others) expect(quotaLessons(keyPlace(), outcome, new Map(), context)).toEqual([]);
  });
});

describe("several processes", () => {
  /** Who called when, and who heard of whom before. */
  const histories = fc.array(
    fc.record({
      writer: fc.constantFrom("w1", "w2", "w3"),
      afterMs: fc.integer({ min: 1, max: 2_000 }),
      hears: fc.constantFrom<"w1" | "w2" | "w3" | "nobody">("w1", "w2", "w3", "nobody"),
    }),
    { minLength: 1, maxLength: 60 },
  );

  for (const [name, place] of [
    ["a Pacific day", keyPlace()],
    ["a day that they begin together", seatPlace()],
  ] as const) {
    test(`add up in ${name}, whenever they hear of each other`, () => {
      fc.assert(
        fc.property(histories, (history) => {
          const processes = { w1: aMemory(), w2: aMemory(), w3: aMemory() };
          let at = NOW;
          for (const { writer, afterMs, hears } of history) {
            at += afterMs;
            if (hears !== "nobody") processes[writer].meet(processes[hears]);
            pass(processes[writer], place, { writer, at });
          }
          const { w1, w2, w3 } = processes;
          for (const [one, other] of [
            [w1, w2],
            [w2, w3],
            [w1, w3],
            [w1, w2],
          ] as const)
            one.meet(other);
          for (const memory of [w1, w2, w3]) expect(countOf(memory, place, at)).toBe(history.length);
        }),
        { seed: 31, numRuns: 200 },
      );
    });
  }

  test("that begin the next day together add up as well", () => {
    const place = seatPlace();
    const [one, other] = [aMemory(), aMemory()];
    pass(one, place, { at: NOW });
    one.meet(other);
    pass(one, place, { writer: "w1", at: NOW + DAY + HOUR });
    pass(other, place, { writer: "w2", at: NOW + DAY + HOUR + 40 });
    one.meet(other);
    expect(countOf(one, place, NOW + DAY + 2 * HOUR)).toBe(2);
  });
});

describe("an answered call ends what it disproves", () => {
  const limited = (value: number, used: number, source: "refusal" | "probe" | "counted" = "refusal") =>
    aRecordOf(keyPlace(), {
      limit: { value, observedAt: NOW - HOUR, source },
      count: { ...PACIFIC, by: { w9: used } },
    });
  const limitAfter = (memory: Memory) => requestsOf(memory, keyPlace())?.limit?.value;

  test("a limit that more calls have passed is forgotten, one that is just reached is not", () => {
    const reached = aMemory(limited(20, 19));
    pass(reached, keyPlace(), { at: NOW });
    expect(limitAfter(reached)).toBe(20);
    pass(reached, keyPlace(), { at: NOW + 5 });
    expect(limitAfter(reached)).toBe(0);
  });

  test("also a limit that was learnt while the call was out, and then for good", () => {
    for (const source of ["probe", "counted"] as const) {
      const late = { limit: { value: 20, observedAt: NOW + 2_000, source }, count: { ...PACIFIC, by: { w9: 20 } } };
      const memory = aMemory(aRecordOf(keyPlace(), late));
      pass(memory, keyPlace(), { at: NOW, tookMs: 2_000 });
      expect(limitAfter(memory)).toBe(source === "probe" ? 0 : 21);
    }
  });

  test("tokens disprove a limit of tokens", () => {
    const place = keyPlace();
    const limit = { value: 900, observedAt: NOW - HOUR, source: "refusal" as const };
    const memory = aMemory(aRecordOf(place, { meter: "input-tokens", limit, count: { ...PACIFIC, by: { w9: 900 } } }));
    pass(memory, place, { at: NOW, inputTokens: 50 });
    expect(memory.known.get(place.inputTokensLong)?.limit?.value).toBe(0);
  });

  test("the calls of yesterday disprove nothing today", () => {
    const memory = aMemory(limited(20, 20));
    pass(memory, keyPlace(), { at: PACIFIC.endsAt + 1 });
    expect(limitAfter(memory)).toBe(20);
  });

  test("forgetting travels: whoever still believes the old limit learns better, a newer one stays", () => {
    const [one, other] = [aMemory(limited(20, 20)), aMemory(limited(20, 20))];
    pass(one, keyPlace(), { at: NOW });
    other.meet(one);
    expect(limitAfter(other)).toBe(0);
    const newer = aMemory(aRecordOf(keyPlace(), { limit: { value: 25, observedAt: NOW + 1, source: "refusal" } }));
    newer.meet(one);
    expect(limitAfter(newer)).toBe(25);
  });

  test("a limit that was only counted grows by the calls that were still out when it was", () => {
    const memory = aMemory(limited(18, 18, "counted"));
    pass(memory, keyPlace(), { at: NOW - HOUR - 50, tookMs: HOUR });
    expect(limitAfter(memory)).toBe(19);
    pass(memory, keyPlace(), { at: NOW + HOUR });
    expect(limitAfter(memory)).toBe(0);
  });

  const refused = (observedAt: number, spentUntil?: number) =>
    aRecordOf(keyPlace(), {
      refusal: { observedAt, resetAt: NOW + 2 * HOUR, ...(spentUntil === undefined ? {} : { spentUntil }) },
    });
  const refusalAfter = (memory: Memory) => requestsOf(memory, keyPlace())?.refusal;

  test("a refusal that is older than the call is over, a younger one stays", () => {
    const memory = aMemory(refused(NOW - 1));
    pass(memory, keyPlace(), { at: NOW });
    expect(refusalAfter(memory)?.resetAt).toBe(NOW);
    for (const younger of [NOW, NOW + 500]) {
      const stays = aMemory(refused(younger));
      pass(stays, keyPlace(), { at: NOW });
      expect(refusalAfter(stays)?.resetAt).toBe(NOW + 2 * HOUR);
    }
  });

  test("a refusal that another process met while the call was out stays when they meet", () => {
    const [one, other] = [aMemory(refused(NOW - 1)), aMemory(refused(NOW + 300))];
    pass(one, keyPlace(), { at: NOW });
    one.meet(other);
    expect(refusalAfter(one)?.resetAt).toBe(NOW + 2 * HOUR);
  });

  test("so is the day that a refusal spoke of, once a test call was answered", () => {
    const memory = aMemory(refused(NOW - 3 * HOUR, PACIFIC.endsAt));
    pass(memory, keyPlace(), { at: NOW + 2 * HOUR + 1 });
    expect(refusalAfter(memory)).toEqual({ observedAt: NOW + 2 * HOUR + 1, resetAt: NOW + 2 * HOUR + 1 });
  });

  test("a reading that left nothing was wrong; one that leaves something stays", () => {
    const read = (remainingFraction: number) =>
      aMemory(
        aRecordOf(seatPlace(), {
          reading: { remainingFraction, resetAt: NOW + HOUR, observedAt: NOW - HOUR, countAt: 0 },
        }),
      );
    const younger = { remainingFraction: 0, resetAt: NOW + HOUR, observedAt: NOW, countAt: 0 };
    const stays = aMemory(aRecordOf(seatPlace(), { reading: younger }));
    pass(stays, seatPlace(), { at: NOW });
    expect(requestsOf(stays, seatPlace())?.reading).toEqual(younger);
    const [empty, rest] = [read(0), read(0.1)];
    for (const memory of [empty, rest]) pass(memory, seatPlace(), { at: NOW });
    expect(requestsOf(empty, seatPlace())?.reading).toMatchObject({ observedAt: NOW, resetAt: NOW });
    expect(requestsOf(rest, seatPlace())?.reading?.resetAt).toBe(NOW + HOUR);
  });
});
