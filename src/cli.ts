import { isatty } from "node:tty";
import { version } from "../package.json";
import type { CliIo } from "./cli/command";
import { lineReader } from "./cli/lines";
import { runCli } from "./cli/main";
import { readAnswer } from "./cli/secret";
import { systemClock } from "./system/clock";
import { localOffsetMs } from "./view/clock-time";

/** The door of the command line: the real terminal, and stores that open on first use. */
const { stdout, stderr, argv } = process;
const isTty = isatty(0) && stderr.isTTY === true;

/** Looked at only when it is read: Bun 1.3.14 loses what a file gives to a standard input that is touched before (`< keys.txt`). */
let isRead = false;
function input(): typeof process.stdin {
  isRead = true;
  return process.stdin;
}

/** Questions are asked on standard error: standard output has the result alone. */
function prompt(isHidden: boolean) {
  return (question: string, signal?: AbortSignal) =>
    readAnswer(question, { input: input(), output: stderr }, { isHidden, signal, clock: systemClock });
}

async function readAll(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input()) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const io: CliIo = {
  stdout: (text) => void stdout.write(text),
  stderr: (text) => void stderr.write(text),
  stdin: readAll,
  isTty,
  ...(stdout.columns ? { width: stdout.columns } : {}),
  line: lineReader(() => input()[Symbol.asyncIterator]()),
  ...(isTty ? { ask: prompt(false), secret: prompt(true) } : {}),
};

// The reader may leave early, as `| head` does.
stdout.on("error", () => {});

async function open() {
  const [{ openStores }, { systemChance: chance }] = await Promise.all([
    import("./compose"),
    import("./system/chance"),
  ]);
  return { ...(await openStores()), clock: systemClock, chance };
}

/** Longer than any login may take. */
const PATIENCE_MS = 3_600_000;

async function login() {
  const [{ openStores }, { openLogin }] = await Promise.all([import("./compose"), import("./compose/login")]);
  const stores = await openStores();
  const world = await openLogin(stores);
  // Whatever waits for a browser holds no process: the listener may not hold opencode's.
  const awake = new AbortController();
  void systemClock.sleep(PATIENCE_MS, awake.signal).catch(() => undefined);
  const close = () => {
    awake.abort();
    world.close();
    stores.close();
  };
  return { ...world, entries: () => stores.source.current().entries, close };
}

const upkeep = async () => (await import("./compose/upkeep")).openUpkeep();

const importing = async () => (await import("./compose/importing")).openImporting();

async function simulation() {
  const [{ createMemoryState: createState }, { settled }, { textIn }, { jsonFault }] = await Promise.all([
    import("./storage/memory-state"),
    import("./system/settled"),
    import("./system/files"),
    import("./storage/json-fault"),
  ]);
  return { createState, settled, jsonFault, read: (path: string) => textIn(path) };
}

const parts = { version, open, login, upkeep, importing, simulation, offsetMs: localOffsetMs };
process.exitCode = await runCli(argv.slice(2), io, parts);
// Whoever holds the other end open must not hold us.
if (isRead) input().destroy();
