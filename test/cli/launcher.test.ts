import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const root = realpathSync(mkdtempSync(join(tmpdir(), "gemini-pool-launcher-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;

/** A package in a directory of its own, with a space in its path, and the launcher in it. */
function install() {
  const home = join(root, `place ${++count}`);
  const pack = join(home, "node_modules", "opencode-gemini-pool");
  mkdirSync(join(pack, "src"), { recursive: true });
  cpSync("bin", join(pack, "bin"), { recursive: true });
  const program = (path: string, body: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  };
  const tell = (name: string) => `echo "${name} [\${BUN_BE_BUN-}] $*"`;
  return { home, pack, program, tell, path: join(home, "path"), launcher: join(pack, "bin", "gemini-pool") };
}

/** The directories of the plain Unix tools, without any bun or opencode that this machine may have there. */
function run(launcher: string, path: string, ...argv: string[]) {
  const tools = join(root, "tools");
  mkdirSync(tools, { recursive: true });
  for (const tool of ["dirname", "readlink"]) {
    const found = Bun.which(tool);
    if (found) {
      try {
        symlinkSync(found, join(tools, tool));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }
  const { stdout, stderr, exitCode } = Bun.spawnSync([launcher, ...argv], {
    env: { PATH: [path, tools].join(delimiter) },
  });
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

describe("the launcher", () => {
  test("prefers bun on the PATH and passes every argument as it is", () => {
    const { launcher, pack, path, program, tell } = install();
    program(join(path, "bun"), tell("bun"));
    program(join(path, "opencode"), tell("opencode"));
    expect(run(launcher, path, "login", "--label", "two words")).toEqual({
      out: `bun [] --no-env-file --config=/dev/null run ${pack}/src/cli.ts login --label two words\n`,
      err: "",
      exitCode: 0,
    });
  });

  test("finds the bun it was installed with, also through npm's links", () => {
    const { launcher, home, path, program, tell } = install();
    program(join(home, "node_modules", ".bin", "bun"), tell("hoisted bun"));
    symlinkSync("../opencode-gemini-pool/bin/gemini-pool", join(home, "node_modules", ".bin", "gemini-pool"));
    mkdirSync(path, { recursive: true });
    symlinkSync(join(home, "node_modules", ".bin", "gemini-pool"), join(path, "gemini-pool"));
    for (const each of [launcher, join(path, "gemini-pool")])
      expect(run(each, path, "status").out).toStartWith("hoisted bun [] --no-env-file --config=/dev/null run ");
  });

  test("else runs on opencode's own runtime", () => {
    const { launcher, pack, path, program, tell } = install();
    program(join(path, "opencode"), tell("opencode"));
    expect(run(launcher, path, "status").out).toBe(
      `opencode [1] --no-env-file --config=/dev/null run ${pack}/src/cli.ts status\n`,
    );
  });

  test("a bun that does not start is passed over", () => {
    const { launcher, path, program, tell } = install();
    program(join(path, "bun"), "exit 127");
    program(join(path, "opencode"), tell("opencode"));
    expect(run(launcher, path, "status").out).toStartWith("opencode [1]");
  });

  test("else one clear line and exit 1", () => {
    const { launcher, path } = install();
    const { out, err, exitCode } = run(launcher, path, "status");
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 1 });
    expect(err).toMatch(/^gemini-pool: needs bun or opencode on the PATH.*\n$/);
  });

  test("the program's exit code is ours", () => {
    const { launcher, path, program } = install();
    program(join(path, "bun"), 'test "$1" = --version || exit 2');
    expect(run(launcher, path).exitCode).toBe(2);
  });
});
