import { describe, expect, test } from "bun:test";
import { countedAt } from "../../../src/core/quota/count";
import { probeLessons, quotaLessons } from "../../../src/core/quota/learn";
import { leftOf } from "../../../src/core/quota/left";
import type { ProbedQuota, QuotaRecord } from "../../../src/core/quota/record";
import { windowOf } from "../../../src/core/quota/windows";
import { NOW } from "../../support/builders";
import { aMemory, aRecordOf, DAY, HOUR, type Memory, MINUTE, seatPlace } from "./parts";

const seat = seatPlace();
const { group } = seat;

function probe(memory: Memory, readings: readonly ProbedQuota[], now = NOW): QuotaRecord | undefined {
  memory.learn(probeLessons(seat, readings, memory.known, { now }));
  return memory.known.get(seat.requestsLong);
}

const pass = (memory: Memory, at: number) =>
  memory.learn(quotaLessons(seat, { kind: "success" }, memory.known, { writer: "w1", startedAt: at, now: at + 100 }));

describe("what a probe teaches", () => {
  test("what is left, until when, and how much there is in all", () => {
    const record = probe(aMemory(), [{ group, remainingFraction: 0.25, remainingCount: 375, resetAt: NOW + HOUR }]);
    expect(record?.reading).toEqual({ remainingFraction: 0.25, resetAt: NOW + HOUR, observedAt: NOW, countAt: 0 });
    expect(record?.limit).toEqual({ value: 1_500, observedAt: NOW, source: "probe" });
  });

  test("no limit where the backend does not count or nothing is left", () => {
    for (const probed of [
      { remainingFraction: 0.5 },
      { remainingFraction: 0, remainingCount: 9 },
      { remainingFraction: 0.5, remainingCount: 0 },
    ]) {
      expect(probe(aMemory(), [{ group, ...probed }])?.limit).toBeUndefined();
    }
  });

  test("later calls are taken off what it said", () => {
    const memory = aMemory();
    for (const minutes of [9, 8, 7]) pass(memory, NOW - minutes * MINUTE);
    const record = probe(memory, [{ group, remainingFraction: 0.1, remainingCount: 10, resetAt: NOW + HOUR }])!;
    expect(record.reading?.countAt).toBe(3);
    for (const minutes of [1, 2, 3, 4]) pass(memory, NOW + minutes * MINUTE);
    expect(windowOf(memory.known.get(seat.requestsLong)!, NOW + 5 * MINUTE)).toMatchObject({
      remainingFraction: expect.closeTo(0.06, 10),
      resetAt: NOW + HOUR,
      limit: 100,
    });
  });

  test("when the day ends that somebody else began: our count ends with it", () => {
    const memory = aMemory();
    pass(memory, NOW - HOUR);
    const record = probe(memory, [{ group, remainingFraction: 0.5, resetAt: NOW + HOUR }])!;
    expect(countedAt(record, NOW + HOUR - 1)).toBe(1);
    expect(countedAt(record, NOW + HOUR)).toBe(0);
  });

  test("a day that ends later than we thought goes on counting", () => {
    const memory = aMemory();
    pass(memory, NOW - 20 * HOUR);
    const record = probe(memory, [{ group, remainingFraction: 0.5, resetAt: NOW + 9 * HOUR }])!;
    expect(countedAt(record, NOW + 9 * HOUR - 1)).toBe(1);
    pass(memory, NOW + 6 * HOUR);
    expect(countedAt(memory.known.get(seat.requestsLong)!, NOW + 6 * HOUR)).toBe(2);
  });

  test("what Google told of the day outlives the reading: it still ends then after a 429 made that worthless", () => {
    const refuse = (memory: Memory, at: number) => {
      const refused = { kind: "limited", scope: "quota", reason: "unexplained", detailed: false, status: 429 } as const;
      const context = { writer: "w1", startedAt: at - 100, now: at };
      memory.learn(quotaLessons(seat, { ...refused, sentence: "" }, memory.known, context));
      return memory.known.get(seat.requestsLong)!;
    };
    const [begun, longer] = [aMemory(), aMemory()];
    probe(begun, [{ group, remainingFraction: 0.5, resetAt: NOW + 3 * HOUR }]);
    pass(begun, NOW + HOUR);
    expect(countedAt(refuse(begun, NOW + 2 * HOUR), NOW + 3 * HOUR)).toBe(0);
    pass(longer, NOW - 20 * HOUR);
    probe(longer, [{ group, remainingFraction: 0.5, resetAt: NOW + 9 * HOUR }]);
    pass(longer, NOW + HOUR);
    expect(countedAt(refuse(longer, NOW + 2 * HOUR), NOW + 9 * HOUR - 1)).toBe(2);
  });

  test("a day that was over does not come back", () => {
    const memory = aMemory();
    pass(memory, NOW - 26 * HOUR);
    const record = probe(memory, [{ group, remainingFraction: 0.5, resetAt: NOW + 9 * HOUR }])!;
    expect(countedAt(record, NOW)).toBe(0);
    expect(record.reading?.countAt).toBe(0);
  });

  test("a full day whose end moves with the clock has not begun", () => {
    const full = (resetAt: number) => probe(aMemory(), [{ group, remainingFraction: 1, resetAt }])!;
    expect(windowOf(full(NOW + DAY - 1_000), NOW)).toMatchObject({ remainingFraction: 1 });
    expect(windowOf(full(NOW + DAY - 1_000), NOW)?.resetAt).toBeUndefined();
    expect(windowOf(full(NOW + 20 * HOUR), NOW)?.resetAt).toBe(NOW + 20 * HOUR);
    const begun = probe(aMemory(), [{ group, remainingFraction: 0.99, resetAt: NOW + DAY }])!;
    expect(windowOf(begun, NOW)?.resetAt).toBe(NOW + DAY);
  });

  test("of two readings of one group the one with less left counts, and nonsense does not", () => {
    const readings = [0.6, 0.2, Number.NaN, 0.9].map((remainingFraction) => ({ group, remainingFraction }));
    expect(probe(aMemory(), readings)?.reading?.remainingFraction).toBe(0.2);
    expect(probe(aMemory(), [{ group, remainingFraction: Number.NaN }])).toBeUndefined();
    expect(probe(aMemory(), [{ group, remainingFraction: 1.4 }])?.reading?.remainingFraction).toBe(1);
    expect(probe(aMemory(), [{ group, remainingFraction: -1 }])?.reading?.remainingFraction).toBe(0);
  });

  test("nothing for a choice against a refusal that runs", () => {
    const refused = aRecordOf(seat, { refusal: { observedAt: NOW - HOUR, resetAt: NOW + 8 * HOUR } });
    const record = probe(aMemory(refused), [{ group, remainingFraction: 1, resetAt: NOW + 9 * HOUR }])!;
    expect(leftOf(record, NOW)).toMatchObject({ remainingFraction: 0, resetAt: NOW + 8 * HOUR, source: "refusal" });
    expect(leftOf(record, NOW + 8 * HOUR)).toMatchObject({ remainingFraction: 1, source: "probe" });
  });

  test("groups it does not name keep what is known", () => {
    const memory = aMemory();
    memory.learn(probeLessons(seat, [{ group: "flash", remainingFraction: 0.5 }], memory.known, { now: NOW }));
    expect([...memory.known.values()].map((record) => record.group)).toEqual(["flash"]);
  });
});
