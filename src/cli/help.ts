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
export function commandHelp({ usage, summary, options }: Command): string {
  const rows = options.map(
    ({ name, value, summary: what }) => [`--${name}${value === undefined ? "" : ` ${value}`}`, what] as const,
  );
  return `${[`gemini-pool ${usage}`, `  ${summary}`, "", ...table(rows)].join("\n")}\n`;
}

const EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 not understood.";

function table(rows: readonly (readonly [string, string])[]): string[] {
  return rows.flatMap(([left, right]) => [`  ${left}`, `      ${right}`]);
}
