import { describe, expect, test } from "bun:test";
import type { Outcome } from "../../../src/core/outcome";
import { quotaLessons } from "../../../src/core/quota/learn";
import type { MinuteBefore } from "../../../src/core/quota/lesson";
import type { QuotaLimit } from "../../../src/core/quota/record";
import { createMinuteMeter } from "../../../src/core/quota/sliding";
import { standingOf } from "../../../src/core/quota/standing";
import { NOW } from "../../support/builders";
import { aDemand, aMemory, aRecordOf, DAY, HOUR, type Memory, MINUTE, seatPlace } from "./parts";

const seat = seatPlace();
const until = NOW + 20_000;
/** Sixty calls, the oldest of which leaves the minute when Google says that it is over. */
const sixty: MinuteBefore = { requestCount: 60, freesAt: until };

const refusal = (more: object = {}): Outcome => ({
  kind: "limited",
  scope: "quota",
  reason: "rate-limit",
  until,
  detailed: true,
  status: 429,
  sentence: "Rate limit reached.",
  ...more,
});

const told = (memory: Memory, outcome: Outcome, minute: MinuteBefore | undefined, now = NOW) =>
  memory.learn(quotaLessons(seat, outcome, memory.known, { writer: "w1", now, startedAt: now - 100, minute }));
const limitIn = (memory: Memory) => memory.known.get(seat.requestsMinute)?.limit;
const minuteLimit = (value: number, observedAt: number, source: QuotaLimit["source"] = "counted") =>
  aRecordOf(seat, { period: "minute", limit: { value, observedAt, source } });

describe("a limit per minute that nobody named", () => {
  test("is what was sent, where its end is the end of the oldest call", () => {
    const memory = aMemory();
    told(memory, refusal(), sixty);
    expect(limitIn(memory)).toEqual({ value: 60, observedAt: NOW, source: "counted" });
  });

  test("is not learnt where the end is another's, or nothing was sent before, or no time was stated", () => {
    const memory = aMemory();
    told(memory, refusal(), { requestCount: 3, freesAt: until + 1_501 });
    told(memory, refusal(), { requestCount: 3, freesAt: until - 1_501 });
    told(memory, refusal(), { requestCount: 0, freesAt: undefined });
    told(memory, refusal(), undefined);
    told(memory, refusal({ until: undefined }), sixty);
    expect(limitIn(memory)).toBeUndefined();
    told(memory, refusal(), { requestCount: 3, freesAt: until + 1_500 });
    expect(limitIn(memory)?.value).toBe(3);
  });

  test("of calls that were refused together is what stood before the first of them", () => {
    const memory = aMemory();
    for (const requestCount of [60, 61, 64]) told(memory, refusal(), { requestCount, freesAt: until });
    expect(limitIn(memory)?.value).toBe(60);
    told(memory, refusal({ until: until + 9_999 }), { requestCount: 64, freesAt: until + 9_999 }, NOW + 9_999);
    expect(limitIn(memory)?.value).toBe(60);
    const later = until + 30_000;
    told(memory, refusal({ until: later }), { requestCount: 64, freesAt: later }, NOW + 30_000);
    expect(limitIn(memory)?.value).toBe(64);
  });

  test("that Google names counts by its name alone", () => {
    const memory = aMemory();
    const named = { window: { meter: "requests", period: "minute" }, quotaValue: 10 } as const;
    told(memory, refusal(named), sixty);
    expect(limitIn(memory)).toEqual({ value: 10, observedAt: NOW, source: "refusal" });
  });
});

describe("an answered call", () => {
  const answer: Outcome = { kind: "success" };

  test("beyond the limit of the minute proves it wrong", () => {
    const memory = aMemory(minuteLimit(60, NOW - HOUR));
    told(memory, answer, { requestCount: 59, freesAt: NOW });
    expect(limitIn(memory)?.value).toBe(60);
    told(memory, answer, { requestCount: 60, freesAt: NOW });
    expect(limitIn(memory)?.value).toBe(0);
  });

  test("proves nothing against what was learnt after it was sent", () => {
    const memory = aMemory(minuteLimit(60, NOW - 100));
    told(memory, answer, { requestCount: 60, freesAt: NOW });
    expect(limitIn(memory)?.value).toBe(60);
  });
});

describe("a limit per minute that was met", () => {
  const full = createMinuteMeter();
  for (let call = 0; call < 5; call++) full.hold(seat, 10, NOW);
  const stands = (observedAt: number) => standingOf(seat, aMemory(minuteLimit(5, observedAt)).known, full, aDemand());

  test("within the hour is kept", () => {
    expect(stands(NOW - HOUR + 1)).toMatchObject({ fullUntil: NOW + MINUTE + 250, isSpent: false });
  });

  test("longer ago is doubted: asked last, one call at a time", () => {
    for (const age of [HOUR, 7 * DAY - 1]) {
      const standing = stands(NOW - age);
      expect(standing).toMatchObject({ isSpent: true, likelyFullUntil: NOW + MINUTE + 250 });
      expect(standing.fullUntil).toBeUndefined();
    }
  });

  test("more than a week ago is forgotten", () => {
    expect(stands(NOW - 7 * DAY)).toMatchObject({ isSpent: false });
  });
});
