import { afterEach, expect, test } from "bun:test";
import { keyAccount, seatAccount } from "../support/google-world";
import { hostWorld } from "../support/host-world";
import { REPOSITORY } from "../support/opencode-home";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);

/** One call through the library's door; prints its status and which packages were loaded for it. */
const PROGRAM = `
  const { openGeminiPool } = await import("${REPOSITORY}/src/api.ts");
  const pool = openGeminiPool();
  const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hi" }] }] });
  const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
  const { status } = await pool.fetch(url, { method: "POST", body });
  const modules = Object.keys(require.cache).filter((path) => path.includes("node_modules/"));
  const loaded = new Set(modules.map((path) => path.split("node_modules/").pop().split("/")[0]));
  console.log(JSON.stringify({ status, loaded: [...loaded] }));
  pool.close();
`;

async function packagesLoadedFor(accounts: readonly object[]): Promise<{ status: number; loaded: string[] }> {
  const { home } = await world({ accounts });
  const child = Bun.spawn([process.execPath, "-e", PROGRAM], { env: home.env, cwd: home.workspace, stdout: "pipe" });
  return JSON.parse(await new Response(child.stdout).text());
}

test("google-auth-library is not loaded in a session of API keys alone, and is where a login is refreshed", async () => {
  const keys = await packagesLoadedFor([keyAccount("one")]);
  expect(keys.status).toBe(200);
  expect(keys.loaded).not.toContain("google-auth-library");
  expect(keys.loaded).not.toContain("gaxios");
  const seats = await packagesLoadedFor([seatAccount()]);
  expect(seats.status).toBe(200);
  expect(seats.loaded).toContain("google-auth-library");
}, 60_000);
