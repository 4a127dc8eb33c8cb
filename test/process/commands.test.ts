import { afterEach, expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyAccount } from "../support/google-world";
import { type Home, makeHome } from "../support/opencode-home";

const homes: Home[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home.remove();
});
function aHome(...names: Parameters<typeof keyAccount>[0][]): Home {
  const accounts = names.length > 0 ? { accounts: names.map((name) => keyAccount(name)) } : {};
  const home = makeHome({ google: "http://127.0.0.1:9", ...accounts });
  homes.push(home);
  return home;
}

test("import knows the OAuth clients that stand in the options, as login does", async () => {
  const home = aHome();
  const options = '{"oauthClients":[{"name":"mine","id":"mine.apps.example"}]}';
  await Bun.write(join(home.root, "config/opencode/gemini-pool.jsonc"), options);
  const login = '{"accounts":[{"id":"a","refreshToken":"1//example-refresh","projectId":"p-1"}]}';
  const { exitCode, stderr } = await home.cli(["import", "-", "--client", "mine"], login);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(home.readAccounts().accounts).toMatchObject([{ credential: { client: { id: "mine.apps.example" } } }]);
});

/** What a person reads, without the places where lines were broken. */
const flowing = (text: string): string => text.replace(/\s+/g, " ");

test("accounts whose file was deleted are told of, and come back from what was kept, also after a new login", async () => {
  const home = aHome("one", "two");
  // Makes the backup, which the first change by the pool would make.
  expect((await home.cli(["doctor", "--fix"])).exitCode).toBe(0);
  rmSync(home.accountsFile);

  const status = await home.cli(["status"]);
  expect(status).toMatchObject({ exitCode: 1, stdout: "" });
  expect(status.stderr).toContain("is gone. Its backup holds 2 accounts.");
  expect(status.stderr).toContain("gemini-pool doctor --fix");

  expect((await home.cli(["login", "--key", "-", "--force"], "AIza-example-0123456789abcd")).exitCode).toBe(0);
  expect((await home.cli(["status"])).exitCode).toBe(0);
  const told = flowing((await home.cli(["doctor"])).stdout);
  const copy =
    /To get back 2 accounts \(one, two\) of a copy alone: gemini-pool import "([^"]+)"/.exec(told)?.[1] ?? "";
  expect(copy).toStartWith(`${home.accountsFile}.bak-`);

  expect((await home.cli(["import", copy])).exitCode).toBe(0);
  expect(home.readAccounts().accounts).toHaveLength(3);
  expect(flowing((await home.cli(["doctor"])).stdout)).not.toContain("To get back");
});

test("a link to a disk that is not there is named by status and doctor, and no account is said to be none", async () => {
  const home = aHome();
  const target = join(home.root, "stick", "gemini-auth.json");
  symlinkSync(target, home.accountsFile);
  for (const command of ["status", "doctor"]) {
    const { exitCode, stdout, stderr } = await home.cli([command]);
    expect(exitCode).toBe(1);
    expect(flowing(stdout + stderr)).toContain(`${home.accountsFile} is a link to ${target}, which is not there`);
    expect(stdout).not.toContain("No Gemini account");
  }
  mkdirSync(join(home.root, "stick"));
  writeFileSync(target, JSON.stringify({ version: 1, accounts: [keyAccount("one")] }), { mode: 0o600 });
  expect((await home.cli(["status"])).exitCode).toBe(0);
});

test("a plain file in the place of the lock is found and taken away with what else is to be put right", async () => {
  const home = aHome("one");
  const lock = `${home.accountsFile}.lock`;
  writeFileSync(lock, "");
  const long = Date.now() / 1_000 - 60;
  utimesSync(lock, long, long);
  const before = await home.cli(["doctor"]);
  expect(before.exitCode).toBe(1);
  expect(flowing(before.stdout)).toContain(`${lock} is a plain file in the place of a lock`);
  const { exitCode, stdout } = await home.cli(["doctor", "--fix"]);
  expect(exitCode).toBe(0);
  expect(flowing(stdout)).toContain(`${lock}, a plain file in the place of a lock, was deleted.`);
  expect(flowing(stdout)).toContain("A new backup of the accounts file was written.");
});

test("what status calls wrong is not well for doctor", async () => {
  const home = aHome();
  const file = { version: 1, accounts: [{ ...keyAccount("one"), enable: false }], oauthClients: [{ name: "half" }] };
  writeFileSync(home.accountsFile, JSON.stringify(file), { mode: 0o600 });
  expect((await home.cli(["status"])).exitCode).toBe(1);
  const { exitCode, stdout } = await home.cli(["doctor"]);
  expect(exitCode).toBe(1);
  expect(flowing(stdout)).toContain("OAuth client 1: name and id must be texts");
  expect(flowing(stdout)).toContain('"enable" in account 1 ("one") does nothing. "enabled" may be meant.');
});
