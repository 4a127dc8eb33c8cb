import { isatty } from "node:tty";
import { version } from "../package.json";
import type { CliIo } from "./cli/command";
import { piecesOf } from "./cli/input";
import { lineReader } from "./cli/lines";
import { runCli } from "./cli/main";
import { afterOutput, openOutput } from "./cli/output";
import { readAnswer } from "./cli/secret";
import { systemClock } from "./system/clock";
import { localOffsetMs } from "./view/clock-time";

/** The door of the command line: the real terminal, and stores that open on first use. */
const { stdout, stderr, argv } = process;
const isTty = isatty(0) && stderr.isTTY === true;

/** Looked at only when it is read: Bun 1.3.14 loses what a file gives to a standard input that is touched before (`< keys.txt`). */
let isRead = false;
function input(): typeof process.stdin {
  const { stdin } = process;
  isRead = true;
  return stdin;
}

/** Questions are asked on standard error: standard output has the result alone. */
function prompt(isHidden: boolean) {
  return (question: string, signal?: AbortSignal) =>
    readAnswer(question, { input: input(), output: stderr }, { isHidden, signal, clock: systemClock });
}

async function readAll(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of piecesOf(input)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const output = openOutput(stdout);
// Of what cannot be said here nobody can be told.
const words = openOutput(stderr);

const io: CliIo = {
  stdout: output.write,
  stderr: words.write,
  stdin: readAll,
  isTty,
  ...(stdout.columns ? { width: stdout.columns } : {}),
  line: lineReader(() => piecesOf(input)),
  ...(isTty ? { ask: prompt(false), secret: prompt(true) } : {}),
};

async function open() {
  const [{ openStores }, { systemChance: chance }, { withClients }] = await Promise.all([
    import("./compose"),
    import("./system/chance"),
    import("./enrol/more-clients"),
  ]);
  const stores = await openStores();
  const accounts = withClients(stores.accounts, () => stores.settings().oauthClients);
  return { ...stores, accounts, clock: systemClock, chance };
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
  return { ...world, everyone: () => stores.source.current(), close };
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
process.exitCode = await afterOutput(await runCli(argv.slice(2), io, parts), output, io);
// Whoever holds the other end open must not hold us.
if (isRead) input().destroy();
