import { afterEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CALLER, keyAccount, VERTEX_LOGIN } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { REPOSITORY } from "../support/opencode-home";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);

/** Asks once per line that it is given, and prints the status; stays open between. */
const PROGRAM = `
  const { openGeminiPool } = await import("${REPOSITORY}/src/api.ts");
  const pool = openGeminiPool();
  const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
  for await (const line of console) {
    const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: line }] }] });
    const answer = await pool.fetch(url, { method: "POST", body });
    console.log(answer.status + " " + ((await pool.snapshot()).problem ?? "-"));
  }
  pool.close();
`;

/** A process that has the pool open, and answers one line with another. */
function openProcess(env: Record<string, string | undefined>, cwd: string) {
  const child = Bun.spawn([process.execPath, "-e", PROGRAM], { env, cwd, stdin: "pipe", stdout: "pipe" });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const ask = async (text: string) => {
    child.stdin.write(`${text}\n`);
    child.stdin.flush();
    return (await lines.read()).value?.trim();
  };
  return { ask, end: () => child.stdin.end(), exited: child.exited };
}

test("options that are changed while a process runs hold at its next request, also the address of Google", async () => {
  const first = await world({ accounts: [keyAccount("one"), keyAccount("two")] });
  const second = await world({ accounts: [keyAccount("one"), keyAccount("two")] });
  const path = join(dirname(first.home.accountsFile), "gemini-pool.jsonc");
  const child = openProcess(first.home.env, first.home.workspace);
  const calls = () => [first, second].map((each) => each.calls().length);
  expect(await child.ask("one")).toBe("200 -");
  expect(calls()).toEqual([1, 0]);
  writeFileSync(path, JSON.stringify({ endpoints: { geminiApi: second.google.url } }));
  expect(await child.ask("two")).toBe("200 -");
  expect(calls()).toEqual([1, 1]);
  writeFileSync(path, '{ "endpoints": ');
  expect(await child.ask("three")).toContain("stay in force");
  expect(calls()).toEqual([1, 2]);
  child.end();
  expect(await child.exited).toBe(0);
}, 60_000);

test("a login of gcloud's that comes while a process runs is used as soon as the options ask for such", async () => {
  const { client, refreshToken, project } = VERTEX_LOGIN;
  const { home, calls } = await world({ scenario: { accounts: [CALLER] } });
  const { oauthToken, vertex } = {
    oauthToken: `${home.env["GOOGLE_GEMINI_BASE_URL"]}/token`,
    vertex: home.env["GOOGLE_GEMINI_BASE_URL"],
  };
  const path = join(dirname(home.accountsFile), "gemini-pool.jsonc");
  writeFileSync(path, JSON.stringify({ env: ["ADC"], endpoints: { oauthToken, vertex } }));
  home.env["GOOGLE_CLOUD_PROJECT"] = project;
  const child = openProcess(home.env, home.workspace);
  expect(await child.ask("one")).toStartWith("400 ");
  const gcloud = join(home.root, ".config/gcloud");
  mkdirSync(gcloud, { recursive: true });
  const login = { client_id: client.id, client_secret: client.secret, refresh_token: refreshToken };
  writeFileSync(
    join(gcloud, "application_default_credentials.json"),
    JSON.stringify({ type: "authorized_user", ...login }),
  );
  // It is looked for once a second.
  let answer = await child.ask("two");
  for (let turn = 0; !answer?.startsWith("200") && turn < 40; turn++) {
    await Bun.sleep(100);
    answer = await child.ask("again");
  }
  expect(answer).toBe("200 -");
  expect(calls()).toEqual(["caller gemini-2.5-flash: ok"]);
  child.end();
  expect(await child.exited).toBe(0);
}, 60_000);
