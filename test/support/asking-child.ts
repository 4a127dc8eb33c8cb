import { openGeminiPool } from "../../src/api";

/** A process that asks when it is told: a line of stdin is `{ count, pauseMs }`, a line of stdout the answers to it. */
const pool = openGeminiPool();
const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent";
const headers = { "content-type": "application/json", "x-session-id": `ses-${process.pid}` };
let turn = 0;

async function ask(): Promise<{ status: number; text: string; at: number }> {
  // Bodies differ: the same one ten times in 20 s is taken for a loop.
  const text = `hello ${process.pid} ${++turn}`;
  const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text }] }] });
  const response = await pool.fetch(url, { method: "POST", headers, body });
  return { status: response.status, text: await response.text(), at: Date.now() };
}

console.log("ready");
for await (const line of console) {
  // The end of stdin comes as an empty line.
  if (line === "") break;
  const { count, pauseMs } = JSON.parse(line) as { count: number; pauseMs: number };
  const answers = [];
  for (let n = 0; n < count; n++) {
    answers.push(await ask());
    if (pauseMs > 0) await Bun.sleep(pauseMs);
  }
  console.log(JSON.stringify(answers));
}
pool.close();
