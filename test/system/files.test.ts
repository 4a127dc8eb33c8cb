import { expect, test } from "bun:test";
import { chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();

test("a new file has the asked mode and whole content, and is never written over", () => {
  const path = join(directory(), "new.json");
  const text = "größer €".repeat(10_000);
  systemFiles.writeNew(path, text, 0o600);
  expect(systemFiles.read(path)).toBe(text);
  expect(systemFiles.stat(path)?.mode).toBe(0o600);
  expect(() => systemFiles.writeNew(path, "other", 0o600)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  expect(systemFiles.read(path)).toBe(text);
});

test("what is not there has no stamp, and removing it does nothing", () => {
  const path = join(directory(), "none");
  expect(systemFiles.stat(path)).toBeUndefined();
  systemFiles.remove(path);
  expect(() => systemFiles.read(path)).toThrow(expect.objectContaining({ code: "ENOENT" }));
});

test("a rename over a file changes its stamp", () => {
  const root = directory();
  const [path, next] = [join(root, "a"), join(root, "b")];
  systemFiles.writeNew(path, "same", 0o600);
  const before = systemFiles.stat(path);
  systemFiles.writeNew(next, "same", 0o600);
  systemFiles.rename(next, path);
  systemFiles.syncDirectory(root);
  expect(systemFiles.stat(path)?.inode).not.toBe(before?.inode);
});

test("directories are made with all that is missing, private", () => {
  const path = join(directory(), "one", "two");
  systemFiles.makeDirectory(path, 0o700);
  systemFiles.makeDirectory(path, 0o700);
  expect(systemFiles.stat(path)?.mode).toBe(0o700);
  expect(systemFiles.stat(join(path, ".."))?.mode).toBe(0o700);
});

test("a copy gets its own mode", () => {
  const root = directory();
  writeFileSync(join(root, "open"), "text", { mode: 0o644 });
  systemFiles.copy(join(root, "open"), join(root, "closed"), 0o600);
  expect(systemFiles.stat(join(root, "closed"))?.mode).toBe(0o600);
});

test("links are followed, also one whose target is yet to be written", () => {
  const root = systemFiles.resolve(directory());
  symlinkSync("later.json", join(root, "link.json"));
  expect(systemFiles.resolve(join(root, "link.json"))).toBe(join(root, "later.json"));
  writeFileSync(join(root, "later.json"), "{}");
  expect(systemFiles.resolve(join(root, "link.json"))).toBe(join(root, "later.json"));
  expect(systemFiles.resolve(join(root, "nothing"))).toBe(join(root, "nothing"));
});

test("a directory is listed by name; one that is missing is empty", () => {
  const root = directory();
  writeFileSync(join(root, "b"), "");
  writeFileSync(join(root, "a"), "");
  expect([...systemFiles.list(root)].sort()).toEqual(["a", "b"]);
  expect(systemFiles.list(join(root, "none"))).toEqual([]);
});

test("a chain of links is followed to its end, also over linked directories and to a file that is not there yet", () => {
  const root = systemFiles.resolve(directory());
  mkdirSync(join(root, "real", "deep"), { recursive: true });
  symlinkSync(join("real", "deep"), join(root, "near"));
  // Relative to where the link really lies, not to how one came there.
  symlinkSync(join("..", "later.json"), join(root, "near", "second.json"));
  symlinkSync(join("near", "second.json"), join(root, "first.json"));
  const end = join(root, "real", "later.json");
  expect(systemFiles.resolve(join(root, "first.json"))).toBe(end);
  writeFileSync(end, "{}");
  expect(systemFiles.resolve(join(root, "first.json"))).toBe(end);
  expect(systemFiles.resolve(join(root, "near", "none.json"))).toBe(join(root, "real", "deep", "none.json"));
  expect(systemFiles.resolve(join(root, "near", "no", "none.json"))).toBe(
    join(root, "real", "deep", "no", "none.json"),
  );
});

test("links in a circle are an error with a code, not an endless walk", () => {
  const root = directory();
  symlinkSync("b", join(root, "a"));
  symlinkSync("a", join(root, "b"));
  expect(() => systemFiles.resolve(join(root, "a"))).toThrow(expect.objectContaining({ code: "ELOOP" }));
});

test("a mode can be changed, of a file and of a directory", () => {
  const root = directory();
  writeFileSync(join(root, "open"), "", { mode: 0o644 });
  systemFiles.changeMode(join(root, "open"), 0o600);
  systemFiles.changeMode(root, 0o750);
  expect(systemFiles.stat(join(root, "open"))?.mode).toBe(0o600);
  expect(systemFiles.stat(root)?.mode).toBe(0o750);
});

test("an empty directory can be removed as a file can, a full one cannot", () => {
  const root = directory();
  mkdirSync(join(root, "empty"));
  systemFiles.remove(join(root, "empty"));
  expect(systemFiles.stat(join(root, "empty"))).toBeUndefined();
  writeFileSync(join(root, "file"), "");
  expect(() => systemFiles.remove(root)).toThrow(expect.objectContaining({ code: "ENOTEMPTY" }));
});

test("a pipe is not waited for: it is named as what it is", () => {
  const path = join(directory(), "pipe");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  expect(() => systemFiles.stat(path)).toThrow(expect.objectContaining({ code: "not a plain file" }));
});

test("what root makes in somebody's home belongs to that person", () => {
  // Nobody else can give a file away; what others make is theirs.
  if (process.getuid?.() !== 0) return expect(() => chownSync(directory(), 65_534, 65_534)).toThrow();
  const home = directory();
  chownSync(home, 65_534, 65_534);
  const path = join(home, "config", "opencode", "gemini-auth.json");
  systemFiles.makeDirectory(dirname(path), 0o700);
  systemFiles.writeNew(path, "{}", 0o600);
  systemFiles.copy(path, `${path}.bak`, 0o600);
  openDatabase(join(home, "state", "opencode", "pool.db")).close();
  const state = [join(home, "state"), join(home, "state", "opencode"), join(home, "state", "opencode", "pool.db")];
  for (const each of [join(home, "config"), dirname(path), path, `${path}.bak`, ...state])
    expect([statSync(each).uid, statSync(each).gid]).toEqual([65_534, 65_534]);
});
