import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { CASE_NAMES } from "../../src/simulator/cases/table";
import { DEFAULT_CLIENT } from "../../src/simulator/scenario";
import { FAULT_NAMES } from "../../src/simulator/stream-faults";
import { readScenario, type Scenario, ScenarioError } from "./scenario";
import { type Emulator, startEmulator } from "./server";

const HELP = `Google on loopback: an emulator of the Gemini API, Code Assist and the token endpoint.

  bun test/emulator/main.ts --scenario FILE [--port N] [--at TIME]
  npm run emulator -- --scenario FILE [--port N] [--at TIME]

  --scenario FILE  what accounts, limits and faults there are; test/emulator/README.md has the format
  --port N         a fixed port; default: any free one
  --at TIME        what time it is for Google, such as 2026-11-21T07:59:50Z; default now
  --names          list every named answer and fault
  --help           this

It runs until Ctrl-C. A scenario that cannot be used ends with status 2.
`;

const OPTIONS = {
  scenario: { type: "string" },
  port: { type: "string" },
  at: { type: "string" },
  names: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The exit status: 0 done, 2 what was given cannot be used. */
async function run(words: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...words], options: OPTIONS });
    if (values.help) return say(HELP);
    if (values.names) return say(`${[...CASE_NAMES, ...FAULT_NAMES].join("\n")}\n`);
    if (values.scenario === undefined) return complain("Which scenario? --scenario FILE; --help says more.");
    const scenario = await readScenario(await readFile(values.scenario, "utf8"), values.scenario);
    return await serve(scenario, { port: readPort(values.port), ...readTime(values.at) });
  } catch (error) {
    return complain(explain(error));
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

function readPort(given: string | undefined): number {
  const port = Number(given ?? 0);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new TypeError(`--port: ${given} is no port`);
}

function readTime(given: string | undefined): { at?: number } {
  if (given === undefined) return {};
  const at = Date.parse(given);
  if (Number.isNaN(at)) throw new TypeError(`--at: ${given} is no time; one looks like 2026-11-21T07:59:50Z`);
  return { at };
}

/** Whatever was wrong was given to us: a file, a word, a port. */
function explain(error: unknown): string {
  if (error instanceof ScenarioError || error instanceof TypeError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

async function serve(scenario: Scenario, options: { port: number; at?: number }): Promise<number> {
  const emulator = await startEmulator(scenario, options);
  say(welcome(emulator, scenario));
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  await emulator.close();
  return 0;
}

const welcome = ({ url }: Emulator, { oauth, accounts }: Scenario): string => `Google on loopback: ${url}

export GOOGLE_GEMINI_BASE_URL=${url}
export GOOGLE_VERTEX_BASE_URL=${url}
export CODE_ASSIST_ENDPOINT=${url}

OAuth token URL (option endpoints.oauthToken): ${url}/token
OAuth client of the seats: ${oauth?.clientId ?? DEFAULT_CLIENT.id} / ${oauth?.clientSecret ?? DEFAULT_CLIENT.secret}
Accounts: ${accounts.map(({ label }) => label).join(", ")}
Watch it: curl -s ${url}/__emulator/stats · /log · /reset · /expire?name=… · /clock?advance=SECONDS

Ctrl-C ends it.
`;

process.exitCode = await run(process.argv.slice(2));
