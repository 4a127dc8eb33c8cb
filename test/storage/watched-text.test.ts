import { expect, test } from "bun:test";
import { watchText } from "../../src/storage/watched-text";
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
