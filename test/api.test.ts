import { afterEach, expect, test } from "bun:test";
import { keyAccount } from "./support/google-world";
import { hostWorld } from "./support/host-world";
import { REPOSITORY } from "./support/opencode-home";

const { world, cleanUp } = hostWorld();
afterEach(cleanUp);

/** A program of its own, as a user of the library would write it: the pool reads its home from the environment. */
const PROGRAM = `
  const { openGeminiPool } = await import("${REPOSITORY}/src/api.ts");
  const pool = openGeminiPool();
  const ask = (model) => pool.fetch("https://generativelanguage.googleapis.com/v1beta/models/" + model + ":generateContent", {
    method: "POST", body: JSON.stringify({ contents: [{ role: "user", parts: [{ text: "hi" }] }] }),
  });
  const answer = await (await ask("gemini-2.5-flash")).json();
  const wrong = await ask("gemini-9-pro");
  const elsewhere = await pool.fetch("https://example.test/").catch((error) => error.name);
  const { total, usable } = await pool.snapshot();
  pool.close();
  console.log(JSON.stringify({ text: answer.candidates[0].content.parts[0].text, wrong: wrong.status, elsewhere, total, usable }));
`;

test("a program gets answers from the same accounts as opencode", async () => {
  const { home } = await world({ accounts: [keyAccount("one")] });
  const child = Bun.spawn([process.execPath, "-e", PROGRAM], { env: home.env, cwd: home.workspace, stdout: "pipe" });
  const said = JSON.parse(await new Response(child.stdout).text());
  expect(said).toMatchObject({ wrong: 404, elsewhere: "TypeError", total: 1, usable: 1 });
  expect(said.text).toStartWith("Hello from one");
});
