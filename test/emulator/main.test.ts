import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryDirectory } from "../support/temp-directory";

const MAIN = join(import.meta.dir, "main.ts");
const run = (...words: string[]) => Bun.spawn([process.execPath, MAIN, ...words], { stdout: "pipe", stderr: "pipe" });

test.skip("placeholder", () => {
  expect([MAIN, run, temporaryDirectory, describe]).toBeDefined();
});
