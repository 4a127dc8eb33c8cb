import { expect, test } from "bun:test";
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemFiles } from "../../src/system/files";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const CHILD = join(import.meta.dir, "../support/replacing.ts");
const LENGTH_MS = 1_500;

test("a file that another process replaces at this moment is still found under its own name", async () => {
  const path = join(realpathSync(directory()), "gemini-auth.json");
  writeFileSync(path, "{}");
  const until = Date.now() + LENGTH_MS;
  const child = Bun.spawn([process.execPath, CHILD, path, String(until)], { stdout: "pipe", stderr: "inherit" });
  await child.stdout.getReader().read();
  const names = new Set<string>();
  while (Date.now() < until) names.add(systemFiles.resolve(path));
  await child.exited;
  // Bun opens a file to learn its path; Linux calls an open file that was replaced "gemini-auth.json (deleted)".
  expect([...names]).toEqual([path]);
}, 20_000);
