import { afterEach, expect, test } from "bun:test";
import { seatAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { REPOSITORY } from "../support/opencode-home";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);

/** Twenty calls at once, as parallel conversations make them; prints how many were answered. */
const PROGRAM = `
  const { openGeminiPool } = await import("${REPOSITORY}/src/api.ts");
  const pool = openGeminiPool();
  const body = (n) => JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hi " + process.pid + n }] }] });
  const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
  const calls = Array.from({ length: 20 }, (_, n) => pool.fetch(url, { method: "POST", body: body(n) }));
  const answers = await Promise.all(calls);
  console.log(answers.filter((answer) => answer.ok).length);
  pool.close();
`;

test("twenty parallel calls in each of three processes refresh an expired token once, and a fourth process not at all", async () => {
  const { home, google } = await world({ accounts: [seatAccount()] });
  const start = async () => {
    const child = Bun.spawn([process.execPath, "-e", PROGRAM], { env: home.env, cwd: home.workspace, stdout: "pipe" });
    return Number(await new Response(child.stdout).text());
  };
  expect(await Promise.all([start(), start(), start()])).toEqual([20, 20, 20]);
  expect(google.stats().refreshes).toEqual({ seat: 1 });
  expect(await start()).toBe(20);
  expect(google.stats().refreshes).toEqual({ seat: 1 });
}, 60_000);
