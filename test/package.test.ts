import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import manifest from "../package.json";
import { REPOSITORY } from "./support/opencode-home";

const read = (path: string) => readFileSync(`${REPOSITORY}/${path}`, "utf8");
const versionOf = (name: string): string => JSON.parse(read(`node_modules/${name}/package.json`)).version;

describe("the package", () => {
  test("tests run on the Bun that is inside the pinned opencode", () => {
    const env = { ...process.env, BUN_BE_BUN: "1" };
    const inside = Bun.spawnSync([`${REPOSITORY}/node_modules/.bin/opencode`, "--version"], { env });
    expect(inside.stdout.toString().trim()).toBe(manifest.devDependencies.bun);
    expect(Bun.version).toBe(manifest.devDependencies.bun);
    expect(versionOf("bun-types")).toBe(manifest.devDependencies.bun);
  });

  test("is built against the plugin interface of the opencode it is tested with, and one copy of zod", () => {
    expect(manifest.dependencies["@opencode-ai/plugin"]).toBe(manifest.devDependencies["opencode-ai"]);
    expect(versionOf("zod")).toBe(JSON.parse(read("node_modules/@opencode-ai/plugin/package.json")).dependencies.zod);
    expect(existsSync(`${REPOSITORY}/node_modules/@opencode-ai/plugin/node_modules/zod`)).toBe(false);
  });

  test("every door and file it names is there, and each door has what the host looks for", async () => {
    for (const path of Object.values(manifest.exports)) expect(existsSync(`${REPOSITORY}/${path}`)).toBe(true);
    for (const path of [...manifest.files, ...Object.values(manifest.bin)])
      expect(existsSync(`${REPOSITORY}/${path}`)).toBe(true);
    expect(Object.keys(await import("../src/server"))).toEqual(["default"]);
    expect(Object.keys(await import("../src/tui"))).toEqual(["default"]);
  });

  test("the lock file records no addresses, and there is one", () => {
    expect(read("package-lock.json")).not.toContain('"resolved"');
    for (const other of ["bun.lock", "bun.lockb", "yarn.lock", "pnpm-lock.yaml"]) {
      expect(existsSync(`${REPOSITORY}/${other}`)).toBe(false);
    }
  });

  test("CI runs the test command that the README names", () => {
    expect(read("README.md")).toContain("npm test");
    expect(read(".ci/run")).toContain("npm test");
  });
});
