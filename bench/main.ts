import { join } from "node:path";
import { lazyPool, openFace } from "../src/compose";
import { DEFAULT_BASE_URL } from "../src/opencode/host-request";
import { createIntercept, type Intercept } from "../src/opencode/intercept";
import type { Scenario } from "../test/emulator/scenario";
import { KEYS, keyAccount, SEAT, seatAccount } from "../test/support/google-world";
import { REPOSITORY } from "../test/support/opencode-home";
import { acquireRow } from "./acquire";
import { startGoogle, useHome } from "./home";
import { interleave, median, overheadMs, type Row, speedShare } from "./measure";
import { storageRows } from "./storage";

const MB = 1_000_000;
const STREAM_MB = 20;
const MODEL = "gemini-2.5-flash";
const SCENARIO: Scenario = {
  accounts: [
    { label: "one", key: KEYS.one },
    { label: "seat", ...SEAT },
  ],
  inspectBodies: false,
  replies: [
    { when: { model: "gemini-2.5-pro" }, parts: [], big: { bytes: STREAM_MB * MB, eventBytes: 16_000 } },
    { parts: [{ text: "ok" }] },
  ],
};

const micro = (ms: number) => `${ms < 0 ? "−" : "+"}${Math.abs(ms * 1000).toFixed(0)} µs`;
const milli = (ms: number) => `${ms < 0 ? "−" : "+"}${Math.abs(ms).toFixed(2)} ms`;
const share = (fraction: number) => `${(fraction * 100).toFixed(0)} %`;

let google: Awaited<ReturnType<typeof startGoogle>>;

function body(bytes: number): string {
  const text = "x".repeat(Math.max(0, bytes - 60));
  return JSON.stringify({ contents: [{ role: "user", parts: [{ text }] }] });
}

function init(text: string): RequestInit {
  const headers = { "content-type": "application/json", "x-goog-api-key": KEYS.one, "x-session-id": "ses_bench" };
  return { method: "POST", headers, body: text };
}

async function call(
  what: string,
  bytes: number,
  rounds: number,
  pooled: Intercept,
  { target, format }: { target: number; format: (ms: number) => string },
): Promise<Row> {
  let turn = 0;
  // Each body differs by its end, as a conversation's do: the same body ten times in 20 s is taken for a loop.
  const next = () => init(body(bytes).replace(/x{12}/, String(++turn).padStart(12, "0")));
  const path = `/models/${MODEL}:generateContent`;
  const bare = () => fetch(`${google.url}/v1beta${path}`, next()).then((response) => response.text());
  const ours = () => pooled(`${DEFAULT_BASE_URL}${path}`, next()).then((response) => response.text());
  await interleave(Math.ceil(rounds / 5), bare, ours);
  const [overhead, noise] = [
    overheadMs(await interleave(rounds, bare, ours)),
    overheadMs(await interleave(rounds, bare, bare)),
  ];
  return {
    what,
    figure: format(overhead),
    noise: format(noise),
    target: `≤ ${format(target)}`,
    met: overhead <= target,
  };
}

async function firstByte(pooled: Intercept): Promise<Row> {
  let turn = 0;
  const path = `/models/${MODEL}:streamGenerateContent?alt=sse`;
  const next = () => init(body(2_000).replace(/x{12}/, String(++turn).padStart(12, "0")));
  const first = async (response: Response) => {
    const reader = response.body?.getReader();
    const began = performance.now();
    await reader?.read();
    const got = performance.now() - began;
    while (!(await reader?.read())?.done);
    return got;
  };
  const until = async (open: () => Promise<Response>) => {
    const began = performance.now();
    const response = await open();
    const opened = performance.now() - began;
    return opened + (await first(response));
  };
  const bare = () => until(() => fetch(`${google.url}/v1beta${path}`, next()));
  const ours = () => until(() => pooled(`${DEFAULT_BASE_URL}${path}`, next()));
  const differences = { pool: [] as number[], noise: [] as number[] };
  for (let round = 0; round < 1_100; round++) {
    const [a, b, c] =
      round % 2 ? [await bare(), await ours(), await bare()] : [await bare(), await ours(), await bare()].reverse();
    if (round < 100) continue;
    differences.pool.push((b ?? 0) - (a ?? 0));
    differences.noise.push((c ?? 0) - (a ?? 0));
  }
  const overhead = median(differences.pool);
  const noise = micro(median(differences.noise));
  return { what: "first byte", figure: micro(overhead), noise, target: "≤ +100 µs", met: overhead <= 0.1 };
}

function bareStream(backend: "gemini-api" | "code-assist"): () => Promise<Response> {
  if (backend === "gemini-api") {
    const url = `${google.url}/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse`;
    return () => fetch(url, init(body(200)));
  }
  const url = `${google.url}/v1internal:streamGenerateContent?alt=sse`;
  const wrapped = `{"model":"gemini-2.5-pro","project":"${SEAT.project}","request":${body(200)}}`;
  return async () => {
    const { headers: _headers, ...rest } = init(wrapped);
    return fetch(url, {
      ...rest,
      headers: { "content-type": "application/json", authorization: `Bearer ${await token()}` },
    });
  };
}

let cachedToken: Promise<string> | undefined;

/** A token of the bare caller's own, fetched once. */
function token(): Promise<string> {
  cachedToken ??= (async () => {
    const form = {
      grant_type: "refresh_token",
      refresh_token: SEAT.refreshToken,
      client_id: SEAT.client.id,
      client_secret: SEAT.client.secret,
    };
    const response = await fetch(`${google.url}/token`, { method: "POST", body: new URLSearchParams(form) });
    return ((await response.json()) as { access_token: string }).access_token;
  })();
  return cachedToken;
}

async function stream(what: string, pooled: Intercept, open: () => Promise<Response>, target: number): Promise<Row> {
  let turn = 0;
  const path = "/models/gemini-2.5-pro:streamGenerateContent?alt=sse";
  const bare = () => open().then(drain);
  const ours = () => pooled(`${DEFAULT_BASE_URL}${path}`, init(body(200 + ++turn))).then(drain);
  await interleave(3, bare, ours);
  const [ratio, noise] = [speedShare(await interleave(24, bare, ours)), speedShare(await interleave(24, bare, bare))];
  return { what, figure: share(ratio), noise: share(noise), target: `≥ ${share(target)}`, met: ratio >= target };
}

async function drain(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  let bytes = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) bytes += read.value.length;
  if (bytes < STREAM_MB * MB * 0.95) throw new Error(`the stream ended after ${bytes} bytes`);
}

/** In a new process each time: what opencode waits for before it goes on. */
async function pluginStart(): Promise<Row> {
  const script = join(REPOSITORY, "bench/plugin-start.ts");
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const child = Bun.spawn([process.execPath, "run", script], {
      env: { ...process.env, BUN_BE_BUN: "1" },
      stdout: "pipe",
    });
    times.push(Number(await new Response(child.stdout).text()));
  }
  const ms = median(times);
  const spread = `${Math.min(...times).toFixed(1)}…${Math.max(...times).toFixed(1)} ms`;
  return { what: "plugin start", figure: `${ms.toFixed(1)} ms`, noise: spread, target: "≤ 15 ms", met: ms <= 15 };
}

function print(table: readonly Row[]): void {
  const columns = [
    ["", ...table.map(({ what }) => what)],
    ["with the pool", ...table.map(({ figure }) => figure)],
    ["noise (bare against bare)", ...table.map(({ noise }) => noise)],
    ["target", ...table.map(({ target }) => target)],
    ["", ...table.map(({ met }) => (met ? "met" : "MISSED"))],
  ];
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  console.log(`Overhead over a bare fetch, medians, Bun ${Bun.version}, emulator in a process of its own\n`);
  for (let line = 0; line <= table.length; line++) {
    console.log(
      columns
        .map((column, index) => (column[line] ?? "").padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
  const missed = table.filter(({ met }) => !met).map(({ what }) => what);
  console.log(missed.length === 0 ? "\nEvery target is met." : `\nMissed: ${missed.join(", ")}.`);
}

google = await startGoogle(SCENARIO);
const rows: Row[] = [];
const undo: (() => void)[] = [];
try {
  undo.push(useHome("key", [keyAccount("one")], google.url));
  const pooled = createIntercept(openFace(lazyPool()), () => DEFAULT_BASE_URL);
  rows.push(await call("small call", 2_000, 1_000, pooled, { target: 0.06, format: micro }));
  rows.push(await call("1 MB body", MB, 120, pooled, { target: 0.3, format: milli }));
  rows.push(await call("5 MB body", 5 * MB, 40, pooled, { target: 1.5, format: milli }));
  rows.push(await firstByte(pooled));
  rows.push(await stream("20 MB stream, passed", pooled, bareStream("gemini-api"), 0.9));
  undo.push(useHome("seat", [seatAccount()], google.url));
  const unwrapped = createIntercept(openFace(lazyPool()), () => DEFAULT_BASE_URL);
  rows.push(await stream("20 MB stream, unwrapped", unwrapped, bareStream("code-assist"), 0.6));
  rows.push(await pluginStart());
  rows.push(acquireRow(), ...(await storageRows()));
} finally {
  for (const step of undo) step();
  google.stop();
}
print(rows);
