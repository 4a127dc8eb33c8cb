import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { keyAccount } from "../support/google-world";
import { type Home, makeHome, REPOSITORY } from "../support/opencode-home";

const PROGRAM = join(REPOSITORY, "bin/gemini-pool");
let home: Home;
beforeAll(() => {
  home = makeHome({ google: "http://127.0.0.1:9", accounts: [keyAccount("one")] });
});
afterAll(() => home.remove());

/** A line of a shell; `$0` is the program. */
async function inShell(line: string) {
  const child = Bun.spawn(["sh", "-c", line, PROGRAM], { env: home.env, cwd: home.workspace, stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
}

/** Takes everything and keeps nothing, as a full disk does. */
const FULL = "/dev/full";

test.skipIf(!existsSync(FULL)).each(["export --secrets", "status", "doctor", "help", "oauth-client list", "usage"])(
  "%s into a file on a full disk fails, and says why and what to do",
  async (words) => {
    // A client, so that its list has something to write.
    await Bun.write(
      join(home.root, "config/opencode/gemini-pool.jsonc"),
      '{"oauthClients":[{"name":"mine","id":"mine.apps.example"}]}',
    );
    const { code, err } = await inShell(`exec "$0" ${words} > ${FULL}`);
    expect(code).toBe(1);
    expect(err).toContain("gemini-pool: the output could not be written whole (ENOSPC).");
    expect(err).toContain("run the command again");
  },
);

test("a reader that leaves early, as head does, is no failure", async () => {
  expect(await inShell(`{ "$0" export --secrets; echo "exit $?" >&2; } | true`)).toMatchObject({
    out: "",
    err: expect.stringContaining("exit 0"),
  });
  const { out, err } = await inShell(`{ "$0" help; echo "exit $?" >&2; } | head -n 1`);
  expect({ out, err }).toEqual({ out: "All your Gemini accounts as one.\n", err: "exit 0\n" });
});

test("nobody to read what goes wrong changes nothing of the result", async () => {
  expect(await inShell(`"$0" export --secrets 2> ${existsSync(FULL) ? FULL : "/dev/null"}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining('"accounts"'),
  });
});

test("a directory as standard input is named for what it is, with a way that works", async () => {
  for (const words of ["login --key -", "import -", "oauth-client add -"]) {
    const { code, err } = await inShell(`exec "$0" ${words} < /`);
    expect(code).toBe(1);
    expect(err).toBe("gemini-pool: standard input is a directory. Give it a file or a pipe: gemini-pool … < FILE\n");
  }
});
