import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as door from "../../src/tui";

test("the door has one export of exactly the form opencode loads", () => {
  expect(Object.keys(door)).toEqual(["default"]);
  expect(Object.keys(door.default)).toEqual(["id", "tui"]);
  expect(door.default.id).toBe("opencode-gemini-pool");
});

/** Files that are loaded with `path`, without those that wait behind an `import()`. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imports = new Bun.Transpiler({ loader: "ts" }).scanImports(readFileSync(path, "utf8"));
  for (const { kind, path: to } of imports) {
    if (kind === "import-statement") loadedWith(`${join(path, "..", to)}.ts`, seen);
  }
  return seen;
}

test("opencode's start pays for the two commands alone", () => {
  expect([...loadedWith("src/tui.ts")]).toEqual(["src/tui.ts", "src/tui/commands.ts"]);
});
