import { version } from "../package.json";
import type { CliIo } from "./cli/command";
import { runCli } from "./cli/main";
import { readSecret } from "./cli/secret";
import { localOffsetMs } from "./view/clock-time";

/** The door of the command line: the real terminal, and stores that open on first use. */
const { stdin, stdout, stderr, argv } = process;
const isTty = stdin.isTTY === true && stderr.isTTY === true;

async function readAll(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const io: CliIo = {
  stdout: (text) => void stdout.write(text),
  stderr: (text) => void stderr.write(text),
  stdin: readAll,
  isTty,
  ...(stdout.columns ? { width: stdout.columns } : {}),
  ...(isTty ? { secret: (question: string) => readSecret(question, { input: stdin, output: stderr }) } : {}),
};

// The reader may leave early, as `| head` does.
stdout.on("error", () => {});

async function open() {
  const [{ openStores }, { systemClock: clock }, { systemChance: chance }] = await Promise.all([
    import("./compose"),
    import("./system/clock"),
    import("./system/chance"),
  ]);
  return { ...(await openStores()), clock, chance };
}

async function simulation() {
  const [{ createMemoryState: createState }, { settled }, { systemFiles }, { jsonFault }] = await Promise.all([
    import("./storage/memory-state"),
    import("./system/settled"),
    import("./system/files"),
    import("./storage/json-fault"),
  ]);
  const read = (path: string) => {
    try {
      return systemFiles.read(path);
    } catch {
      return undefined;
    }
  };
  return { createState, settled, jsonFault, read };
}

process.exitCode = await runCli(argv.slice(2), io, { version, open, simulation, offsetMs: localOffsetMs });
