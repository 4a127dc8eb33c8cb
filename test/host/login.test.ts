import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { KEYS, keyAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { openTerminal, type TerminalSession } from "../support/terminal";

const { world, cleanUp } = hostWorld();
const sessions: TerminalSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop();
  await cleanUp();
});
const authOf = (root: string) => JSON.parse(readFileSync(`${root}/data/opencode/auth.json`, "utf8"));
const start = (...all: Parameters<typeof openTerminal>) => {
  const session = openTerminal(...all);
  sessions.push(session);
  return session;
};

describe("opencode auth login", () => {
  const LOGIN = ["auth", "login", "--provider", "google"];

  test("adds a pasted key to the pool, and the next prompt is answered", async () => {
    const { home } = await world({});
    const session = start(home, LOGIN);
    await session.sees(/Login method[\s\S]*Gemini API key/);
    await session.types("\r");
    await session.sees(/API key \(make one/);
    await session.types(`${KEYS.one}\r`);
    await session.sees(/A name for it/);
    await session.types("my key\r");
    await session.sees(/Added my key[\s\S]*Login successful/);
    expect(await session.exited).toBe(0);
    expect(home.readAccounts().accounts).toMatchObject([{ label: "my key", credential: { key: KEYS.one } }]);
    expect(statSync(home.accountsFile).mode & 0o777).toBe(0o600);
    expect(authOf(home.root).google).toEqual({
      type: "oauth",
      refresh: "gemini-pool",
      access: "gemini-pool",
      expires: 0,
    });
    expect((await home.opencode(["run", "hello"])).stdout).toContain("Hello from one");
  });

  test("says why Google refuses a key, and stores nothing", async () => {
    const { home } = await world({});
    const session = start(home, [...LOGIN, "--method", "gemini api key"]);
    await session.sees(/API key \(make one/);
    await session.types("AIza-example-nobody\r");
    await session.sees(/A name for it/);
    await session.types("\r");
    await session.sees(/Google refused the key[\s\S]*Failed/);
    await session.exited;
    expect(existsSync(home.accountsFile)).toBe(false);
  });

  test("leaves the key that opencode had and every other account where they are", async () => {
    const { home } = await world({ accounts: [keyAccount("one")], auth: { google: { type: "api", key: KEYS.two } } });
    const session = start(home, [...LOGIN, "--method", "gemini api key"]);
    await session.sees(/API key \(make one/);
    await session.types(`${KEYS.one}\r`);
    await session.sees(/A name for it/);
    await session.types("\r");
    await session.sees(/already there[\s\S]*Login successful/);
    await session.exited;
    expect(home.readAccounts().accounts).toHaveLength(1);
    expect(authOf(home.root).google).toMatchObject({ type: "api", key: KEYS.two });
    const status = JSON.parse((await home.cli(["status", "--json"])).stdout);
    expect(status.pool).toMatchObject({ total: 2, usable: 2 });
  });
});

describe("the screen", () => {
  test("/login brings an empty pool to an answer without a restart, and /gquota shows it", async () => {
    const { home, calls } = await world({});
    const session = start(home, []);
    await session.sees(/Ask anything/);
    await session.types("/login\r");
    await session.sees(/Add a Gemini account/);
    // Not the entry of the menu: what is typed before the field is there goes nowhere.
    await session.presses("\r", /one per line/);
    await session.types(`${KEYS.one}\r`);
    await session.draws(/Added key 1/);
    await session.draws(/3\.8 Flash/);
    await session.types("hello\r");
    await session.sees(/Hello from one/);
    const before = calls().length;
    await session.types("/gquota");
    // The menu of commands takes Enter only once it is drawn.
    await session.draws(/Show the Gemini accounts/);
    await session.types("\r");
    await session.sees(/1 of 1 account can answer/);
    expect(calls().length).toBe(before);
  });
});

describe("the command line", () => {
  test("adds a key from standard input and shows the pool", async () => {
    const { home } = await world({});
    const added = await home.cli(["login", "--key", "-", "--label", "spare"], `${KEYS.two}\n`);
    expect(added).toMatchObject({ exitCode: 0 });
    expect(added.stdout).not.toContain(KEYS.two);
    const { stdout, exitCode } = await home.cli(["status"]);
    expect(stdout).toContain("1 of 1 account can answer");
    expect(exitCode).toBe(0);
  });

  test("is not led astray by a project's .env or bunfig", async () => {
    const { home, google } = await world({ env: { GEMINI_POOL_TEST: "1" } });
    let caught = 0;
    const elsewhere = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(`${caught++}`) });
    const { GOOGLE_GEMINI_BASE_URL: _gone, ...env } = home.env;
    await Bun.write(`${home.workspace}/.env`, `GOOGLE_GEMINI_BASE_URL=${elsewhere.url.origin}\n`);
    await Bun.write(`${home.workspace}/bunfig.toml`, 'preload = ["./evil.ts"]\n');
    await Bun.write(`${home.workspace}/evil.ts`, 'await Bun.write("evil-was-here", "1");\n');
    await Bun.write(`${home.root}/config/opencode/gemini-pool.jsonc`, JSON.stringify({ endpoints: {} }));
    home.env = { ...env, HTTPS_PROXY: google.url };
    await home.cli(["login", "--key", "-"], `${KEYS.two}\n`);
    await elsewhere.stop(true);
    expect(caught).toBe(0);
    expect(existsSync(`${home.workspace}/evil-was-here`)).toBe(false);
  });
});
