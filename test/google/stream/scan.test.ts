import { expect, test } from "bun:test";
import { hasAlarm, hasUsage, Watch } from "../../../src/google/stream/scan";

const ALARMS = ['"finishReason"', '"error"', '"promptFeedback"'];

/** Long enough that the search by pairs is used, and full of what almost fits. */
const NOISE = '"erro","terror","e":r"Reason"Feedback"Metadata" \\"error\\" \\"finishReason\\" '.repeat(40);

test("a key is found wherever it begins and at whatever address the bytes lie", () => {
  for (const key of ALARMS) {
    for (let at = 0; at < 40; at++) {
      const memory = Buffer.from(`..${NOISE.slice(0, at)}${key}${NOISE}`);
      expect(hasAlarm(memory.subarray(1))).toBe(true);
      expect(hasAlarm(memory.subarray(2))).toBe(true);
    }
    expect(hasAlarm(Buffer.from(NOISE + key))).toBe(true);
    expect(hasAlarm(Buffer.from(`.${NOISE}${key}`).subarray(1))).toBe(true);
    expect(hasAlarm(Buffer.from(key))).toBe(true);
  }
});

test("the words in text, halves of them and other keys are no alarm", () => {
  expect(hasAlarm(Buffer.from(NOISE))).toBe(false);
  expect(hasAlarm(Buffer.from(JSON.stringify({ text: ALARMS.join(":") })))).toBe(false);
  expect(hasAlarm(Buffer.alloc(0))).toBe(false);
  expect(hasUsage(Buffer.from('"groundingMetadata"'))).toBe(false);
  expect(hasUsage(Buffer.from('"groundingMetadata","usageMetadata"'))).toBe(true);
});

test("a key that is cut into any pieces is seen with the chunk that completes it", () => {
  for (const key of [...ALARMS, '"usageMetadata"']) {
    for (const size of [1, 2, 3, 5, 7, 11, 13]) {
      const watch = new Watch();
      const text = Buffer.from(`${NOISE}{${key}:1}`);
      const until = NOISE.length + 1 + key.length;
      for (let at = 0; at < until; at += size) {
        const seen = watch.look(text.subarray(at, at + size));
        expect(seen.alarm || seen.usage).toBe(at + size >= until);
      }
    }
  }
});
