import { wrapped as wrappedLines } from "../view/text";

const WIDTH = 80;

/** Breaks a text between words, so that it fits the terminal; a blank at its end, before what is typed, stays. For people alone. */
export function wrapped(text: string, columns = WIDTH): string {
  const width = Math.max(40, Math.min(columns, 100)) - 1;
  const lines = text.split("\n").flatMap((line) => (line === "" ? [""] : wrappedLines(line, { width })));
  return `${lines.join("\n")}${text.endsWith(" ") ? " " : ""}`;
}
