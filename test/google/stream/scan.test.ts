import { expect, test } from "bun:test";
import { hasAlarm, hasUsage, signatureKeyEnd, Watch } from "../../../src/google/stream/scan";

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

test("a key is seen wherever it stands between long strings, and after a stretch dense with quotes", () => {
  const long = `"${"x".repeat(9_000)}",`;
  for (const key of ALARMS) {
    for (const text of [
      key + long,
      `${long}{${key}`,
      long + key + long,
      NOISE + long + key,
      long + NOISE.repeat(9) + key,
    ]) {
      expect(new Watch().look(Buffer.from(text)).alarm).toBe(true);
    }
  }
  expect(new Watch().look(Buffer.from(long + long + NOISE))).toEqual({ alarm: false, usage: false, signed: undefined });
  expect(new Watch().look(Buffer.from(`${long}"usageMetadata"`))).toEqual({
    alarm: false,
    usage: true,
    signed: undefined,
  });
});

test("a signature's key is told from text, values and halves of it, and ends where it ends", () => {
  for (const key of ['"thoughtSignature"', '"thought_signature"']) {
    const text = `{"text":${JSON.stringify(`{${key}:1}`)},"odd \\${key}:1,"signature":1,${key}:1}`;
    const end = text.lastIndexOf(key) + key.length;
    expect(signatureKeyEnd(Buffer.from(text), 0)).toBe(end);
    expect(signatureKeyEnd(Buffer.from(text), end - key.length + 1)).toBe(-1);
  }
});

test("with a signature's key comes what stood before it, whether it was searched for or walked to", () => {
  for (const filling of ['"', `"${"x".repeat(9_000)}",`, NOISE]) {
    const watch = new Watch();
    expect(watch.look(Buffer.from(`${filling}{"thou`)).signed).toBeUndefined();
    expect(`${watch.look(Buffer.from(`ghtSignature":"x"}${filling}`)).signed}`).toEndWith('{"thou');
  }
});

test("however often dense and sparse chunks take turns, none hides a key", () => {
  const watch = new Watch();
  const apart = " ".repeat(20);
  const [dense, sparse] = [NOISE, `"${"x".repeat(9_000)}"`];
  for (let round = 0; round < 80; round++) {
    const filling = round % 3 ? dense : sparse;
    const key = ALARMS[round % ALARMS.length];
    expect(watch.look(Buffer.from(`${filling},${apart}`)).alarm).toBe(false);
    expect(watch.look(Buffer.from(`${filling},${key}:${apart}`)).alarm).toBe(true);
  }
});
