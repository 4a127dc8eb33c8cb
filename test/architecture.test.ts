import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { measure, type SourceFile, violations } from "./support/house-rules";

const sources = (): SourceFile[] =>
  [...new Bun.Glob("src/**/*.ts").scanSync(".")].map((path) => ({ path, text: readFileSync(path, "utf8") }));

describe("the house", () => {
  test("keeps its own rules", () => {
    expect(violations(sources())).toEqual([]);
  });

  test("has code to look at, and says how large it is", () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(40);
    const lines = (pattern: string) =>
      [...new Bun.Glob(pattern).scanSync(".")].reduce(
        (sum, path) => sum + readFileSync(path, "utf8").split("\n").length,
        0,
      );
    const { fileMedian, functionMedian, deepestNesting } = measure(all);
    const share = (lines("test/**/*.ts") / lines("src/**/*.ts")).toFixed(2);
    console.log(
      `file median ${fileMedian} lines (aim 70), function median ${functionMedian} (aim 8), deepest nesting ${deepestNesting} (aim 3), test÷src ${share} (aim 1)`,
    );
  });
});

/** One planted violation per rule: a rule that cannot fail guards nothing. */
const planted: readonly { rule: string; files: SourceFile[] }[] = [
  {
    rule: "direction",
    files: [
      { path: "src/core/a.ts", text: 'import type { X } from "../ports/b";\nexport type Y = X;' },
      { path: "src/ports/b.ts", text: "export type X = 1;" },
    ],
  },
  {
    rule: "direction",
    files: [
      { path: "src/opencode/a.ts", text: 'export { x } from "../google/b";' },
      { path: "src/google/b.ts", text: "export const x = 1;" },
    ],
  },
  {
    rule: "direction",
    files: [
      { path: "src/pool/a.ts", text: 'export const load = () => import("../system/b");' },
      { path: "src/system/b.ts", text: "export const x = 1;" },
    ],
  },
  {
    rule: "direction",
    files: [{ path: "src/core/a.ts", text: 'import { join } from "node:path";\nexport { join };' }],
  },
  { rule: "direction", files: [{ path: "src/misc/a.ts", text: "export const x = 1;" }] },
  { rule: "purity", files: [{ path: "src/pool/a.ts", text: "export const now = () => Date.now();" }] },
  { rule: "purity", files: [{ path: "src/google/a.ts", text: "export const now = () => new Date();" }] },
  { rule: "purity", files: [{ path: "src/view/a.ts", text: "export const r = () => Math.random();" }] },
  { rule: "purity", files: [{ path: "src/google/a.ts", text: 'export const f = () => fetch("x");' }] },
  { rule: "purity", files: [{ path: "src/pool/a.ts", text: "setTimeout(() => {}, 1);" }] },
  { rule: "purity", files: [{ path: "src/cli/a.ts", text: "export const e = process.env.HOME;" }] },
  {
    rule: "purity",
    files: [{ path: "src/storage/a.ts", text: 'import { readFileSync } from "node:fs";\nreadFileSync;' }],
  },
  { rule: "purity", files: [{ path: "src/storage/a.ts", text: 'import { Database } from "bun:sqlite";\nDatabase;' }] },
  { rule: "purity", files: [{ path: "src/opencode/a.ts", text: 'console.log("hello");' }] },
  { rule: "core never waits", files: [{ path: "src/core/a.ts", text: "export async function f() {}" }] },
  {
    rule: "cycle",
    files: [
      { path: "src/pool/a.ts", text: 'import type { B } from "./b";\nexport type A = B;' },
      { path: "src/pool/b.ts", text: 'import type { A } from "./a";\nexport type B = A;' },
    ],
  },
  { rule: "file length", files: [{ path: "src/pool/a.ts", text: "//\n".repeat(251) }] },
  {
    rule: "function length",
    files: [{ path: "src/pool/a.ts", text: `export function f() {\n${"  f();\n".repeat(50)}}` }],
  },
  {
    rule: "door",
    files: [{ path: "src/server.ts", text: "export const a = 1;\nexport default { id: 1, server: 2 };" }],
  },
  { rule: "door", files: [{ path: "src/tui.ts", text: "export default { id: 1, server: 2 };" }] },
  { rule: "default export", files: [{ path: "src/pool/a.ts", text: "export default 1;" }] },
];

describe("a planted violation is found", () => {
  for (const [index, { rule, files }] of planted.entries()) {
    test(`${index + 1}: ${rule}`, () => {
      expect(violations(files).map((found) => found.rule)).toContain(rule);
    });
  }
});
