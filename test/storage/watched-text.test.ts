import { expect, test } from "bun:test";
import { type Reading, unlessBrieflyGone, watchText } from "../../src/storage/watched-text";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";

const PATH = "/data/file";

const aFile = (start = 1_000_000) => {
  const [files, clock] = [memoryFiles(), fakeClock(start)];
  files.put(PATH, "one");
  return { files, clock, watch: watchText({ files, clock, path: PATH }) };
};

test("an unchanged file is read once, however often it is looked at", () => {
  const { files, watch } = aFile();
  const first = watch();
  expect(first).toEqual({ kind: "text", text: "one" });
  expect(watch()).toBe(first);
  expect(files.log.filter((line) => line.startsWith("read"))).toHaveLength(1);
});

test("a stamp as young as the clock's tick is not trusted: the next change may look the same", async () => {
  // Files in memory are stamped 1, 2, 3…: at 10 ms they are young.
  const { files, clock, watch } = aFile(10);
  const readCount = () => files.log.filter((line) => line.startsWith("read")).length;
  const first = watch();
  expect(watch()).toBe(first);
  expect(readCount()).toBe(2);
  await clock.advance(100);
  watch();
  watch();
  expect(readCount()).toBe(3);
});

test("missing, unreadable and back again, each told apart and none thrown", () => {
  const { files, watch } = aFile();
  files.fail("read", "EACCES");
  expect(watch()).toEqual({ kind: "unreadable", code: "EACCES" });
  files.fail("read", undefined);
  expect(watch()).toEqual({ kind: "text", text: "one" });
  files.remove(PATH);
  expect(watch()).toEqual({ kind: "missing" });
});

test("a file that goes away between the look and the reading is no missing file yet: the next look decides", () => {
  const { files, watch } = aFile();
  watch();
  files.put(PATH, "two");
  files.fail("read", "ENOENT");
  expect(watch()).toEqual({ kind: "unreadable", code: "ENOENT" });
  files.fail("read", undefined);
  expect(watch()).toEqual({ kind: "text", text: "two" });
});

test("a file that is taken away for a moment stays what it was; after a second it is gone, and comes back at once", async () => {
  const clock = fakeClock();
  let now: Reading = { kind: "text", text: "old" };
  const read = unlessBrieflyGone(() => now, clock);
  expect(read()).toEqual({ kind: "text", text: "old" });
  now = { kind: "missing" };
  expect(read()).toEqual({ kind: "text", text: "old" });
  await clock.advance(999);
  expect(read()).toEqual({ kind: "text", text: "old" });
  await clock.advance(1);
  expect(read()).toEqual({ kind: "missing" });
  now = { kind: "text", text: "new" };
  expect(read()).toEqual({ kind: "text", text: "new" });
  expect(unlessBrieflyGone(() => ({ kind: "missing" }), clock)()).toEqual({ kind: "missing" });
});
