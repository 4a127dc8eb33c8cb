import { readFileSync } from "node:fs";
import { openGeminiPool } from "../../src/api";
import { lazyPool, openFace } from "../../src/compose";
import type { PoolEvent } from "../../src/core/event";
import { createIntercept } from "../../src/opencode/intercept";
import { QUOTA_MARKER } from "../../src/opencode/quota-command";
import { eventLine } from "../../src/view/events";
import type { SweepCase } from "./sweep-cases";

/**
 * A program with many pools, one per home, that asks each and prints all it was told. The text of a good answer is the user's own,
 * so of these it prints the headers alone.
 */
const BASE = "https://generativelanguage.googleapis.com/v1beta";
const PATIENCE_MS = 24_000;
const listed: SweepCase[] = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));

const bodyOf = (text: string) =>
  JSON.stringify({
    contents: [
      { role: "user", parts: [{ text }] },
      { role: "model", parts: [{ functionCall: { name: "look", args: {} } }] },
    ],
  });

async function open({ env, name, path, calls }: SweepCase) {
  Object.assign(process.env, env);
  const pool = openGeminiPool();
  const heard: PoolEvent[] = [];
  pool.subscribe((event) => heard.push(event));
  await pool.snapshot();
  return { name, path, calls, pool, heard };
}

async function said(answer: Response): Promise<string> {
  const headers = JSON.stringify([...answer.headers]);
  const body = await answer.text().catch((error: unknown) => `broke off: ${String(error)}`);
  return answer.status === 200 && !body.startsWith("broke off")
    ? `200 ${headers}`
    : `${answer.status} ${headers} ${body}`;
}

async function run({ name, path, calls, pool, heard }: Awaited<ReturnType<typeof open>>): Promise<void> {
  for (let call = 1; call <= calls; call++) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const init = { method: "POST", body: bodyOf(`hello ${name} ${call}`), signal };
    const answer = await pool.fetch(BASE + path, init).then(said, (error: unknown) => `threw ${String(error)}`);
    console.log(name, answer);
  }
  const snapshot = await pool.snapshot();
  const { quotaMarkdown, quotaTable } = await import("../../src/view/quota");
  const time = (at: number) => new Date(at).toISOString();
  const words = { labelOf: () => undefined, offsetMs: () => 0 };
  console.log(JSON.stringify(snapshot), JSON.stringify(heard));
  console.log([...quotaTable(snapshot, time), quotaMarkdown(snapshot, time)].join("\n"));
  console.log(heard.map((event) => eventLine(event, words)).join("\n"));
  pool.close();
}

/** `/gquota` as opencode has it. */
async function table({ env }: SweepCase): Promise<void> {
  Object.assign(process.env, env);
  const pool = lazyPool();
  const intercept = createIntercept(openFace(pool), () => BASE);
  const tools = [{ functionDeclarations: [] }];
  const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: QUOTA_MARKER }] }], tools });
  const answer = await intercept(`${BASE}/models/gemini-2.5-flash:generateContent`, { method: "POST", body });
  console.log("gquota:", await answer.text());
  pool.close();
}

const pools = [];
for (const each of listed) pools.push(await open(each));
await Promise.all(pools.map(run));
for (const each of listed.filter(({ name }) => /rotation|quota/.test(name))) await table(each);
console.log("the end");
