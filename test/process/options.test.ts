import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyAccount } from "../support/google-world";
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
