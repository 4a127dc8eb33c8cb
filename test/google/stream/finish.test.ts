import { expect, test } from "bun:test";
import { finishFor } from "../../../src/google/stream/finish";

test.each([
  [undefined, undefined],
  ["", undefined],
  ["FINISH_REASON_UNSPECIFIED", undefined],
  ["STOP", "as-is"],
  ["IMAGE_SAFETY", "as-is"],
  ["IMAGE_RECITATION", "SAFETY"],
  ["LANGUAGE", "SAFETY"],
  ["OTHER", "STOP"],
  ["stop", "STOP"],
])("%p becomes %p for the host", (reason, word) => {
  expect(finishFor(reason)).toBe(word as ReturnType<typeof finishFor>);
});
