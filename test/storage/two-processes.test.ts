import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createStateStore } from "../../src/storage/state-database";
import { systemClock } from "../../src/system/clock";
import { openDatabase } from "../../src/system/database";
import { systemFiles } from "../../src/system/files";
import { NOW } from "../support/builders";
import { temporaryDirectories } from "../support/temp-directory";

const directory = temporaryDirectories();
const CHILD = join(import.meta.dir, "..", "support", "child-store.ts");
const NAMES = ["a", "b", "c"];
const EACH = 6;

test("three processes at once lose nothing: accounts, cooldowns, usage", async () => {
  const root = directory();
  const children = NAMES.map((name) =>
    Bun.spawn([process.execPath, CHILD, root, name, String(EACH)], { stdout: "pipe", stderr: "pipe" }),
  );
  const errors = await Promise.all(children.map((child) => new Response(child.stderr).text()));
  expect(errors.join("")).toBe("");
  expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0, 0]);

  const expected = NAMES.flatMap((name) => Array.from({ length: EACH }, (_, n) => `${name}-${n + 1}`)).sort();
  const { accounts } = JSON.parse(readFileSync(join(root, "gemini-auth.json"), "utf8"));
  expect(accounts.map(({ id }: { id: string }) => id).sort()).toEqual(expected);

  const path = join(root, "gemini-pool.db");
  const state = createStateStore({ openDatabase, path, files: systemFiles, clock: systemClock });
  expect([...state.current().cooldowns.keys()].sort()).toEqual(expected.map((id) => `account:${id}`));
  expect(state.usage(NOW).get("a1")?.total.requests).toBe(expected.length);
  state.close();
  expect(readdirSync(root).filter((name) => /tmp|corrupt|lock/.test(name))).toEqual([]);
}, 20_000);
