import type { OptionSpec } from "./arguments";
import type { Command } from "./command";

/** The manual in one screen. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ usage, summary }) => [`gemini-pool ${usage}`, summary] as const);
  const own: (readonly [string, string])[] = [
    ["gemini-pool help [COMMAND]", "this text, or more about one command"],
    ["gemini-pool --version", "the version"],
  ];
  return `${["All your Gemini accounts as one.", "", ...table([...rows, ...own]), "", EXIT_CODES].join("\n")}\n`;
}

/** The manual of one command. */
export function commandHelp(command: Command): string {
  const { usage, summary, options } = command;
  const named = options.map(
    ({ name, value, summary: what }) => [`--${name}${value === undefined ? "" : ` ${value}`}`, what] as const,
  );
  const words = operandsOf(command).map(({ name, value, summary: what }) => [value ?? name, what] as const);
  const rows = [...words, ...named];
  return `${[`gemini-pool ${usage}`, `  ${summary}`, "", ...table(rows)].join("\n")}\n`;
}

/** The words that a command takes without a name before them. */
export const operandsOf = ({ operand, operands }: Command): readonly OptionSpec[] =>
  operands ?? (operand ? [operand] : []);

const EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 not understood.";

function table(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([left, right]) => [`  ${left}`, `      ${right}`]);
}
