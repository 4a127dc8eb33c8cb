import { nearest } from "../core/nearest";
import { parseArguments } from "./arguments";
import type { CliIo, CliParts, Command, ExitCode } from "./command";
import { doctor } from "./doctor";
import { events } from "./events";
import { exportAccounts } from "./export";
import { commandHelp, generalHelp, operandsOf } from "./help";
import { importCommand } from "./import";
import { login } from "./login";
import { oauthClient } from "./oauth-client";
import { simulate } from "./simulate";
import { status } from "./status";
import { usage as usageReport } from "./usage";
import { verify } from "./verify";

/** Every command; the order is that of the help. */
const COMMANDS: readonly Command[] = [
  status,
  usageReport,
  events,
  login,
  verify,
  oauthClient,
  importCommand,
  exportAccounts,
  doctor,
  simulate,
];
const HELP = new Set(["help", "--help", "-h"]);
const VERSION = new Set(["version", "--version", "-v"]);

/** Runs one command line, without the program's name, and gives its exit code. Never throws. */
export async function runCli(argv: readonly string[], io: CliIo, parts: CliParts): Promise<ExitCode> {
  const [word, ...rest] = argv;
  if (word === undefined) return usage(io, generalHelp(COMMANDS));
  if (HELP.has(word)) return help(rest[0], io);
  if (VERSION.has(word)) return print(io, `${parts.version}\n`);
  const command = COMMANDS.find(({ name }) => name === word);
  if (!command) return unknownCommand(word, io);
  if (rest.some((each) => each === "--help" || each === "-h")) return print(io, commandHelp(command));
  const parsed = parseArguments(rest, command.options, operandsOf(command));
  if (parsed.kind === "wrong") {
    return usage(io, `gemini-pool ${command.name}: ${parsed.sentence} See: gemini-pool help ${command.name}\n`);
  }
  return guarded(() => command.run(parsed.values, io, parts), io);
}

async function guarded(work: () => Promise<ExitCode>, io: CliIo): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    io.stderr(`gemini-pool: ${why}\n`);
    return 1;
  }
}

function help(name: string | undefined, io: CliIo): ExitCode {
  if (name === undefined) return print(io, generalHelp(COMMANDS));
  const command = COMMANDS.find((each) => each.name === name);
  return command ? print(io, commandHelp(command)) : unknownCommand(name, io);
}

/** The word is repeated only where it looks like one: it may be a key that was pasted in the wrong place. */
function unknownCommand(word: string, io: CliIo): ExitCode {
  const what = /^-{0,2}[a-z][a-z-]{0,30}$/.test(word) ? `no command ${word}` : "no such command";
  const meant = nearest(word, [...COMMANDS.map(({ name }) => name), "help", "--help", "--version"]);
  const hint = meant === undefined ? "See: gemini-pool help" : `Did you mean: gemini-pool ${meant}`;
  return usage(io, `gemini-pool: there is ${what}. ${hint}\n`);
}

function print(io: CliIo, text: string): ExitCode {
  io.stdout(text);
  return 0;
}

function usage(io: CliIo, text: string): ExitCode {
  io.stderr(text);
  return 2;
}
