/** What may not reach a terminal from a label or from Google: control characters and what reorders text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** One line, safe in any terminal. */
export const oneLine = (text: string): string => text.replace(UNPRINTABLE, " ").replace(/ {2,}/g, " ").trim();

/** At most `width` characters, the last one an ellipsis where something was cut. */
export function clipped(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** How many characters a reader sees. */
export const widthOf = (text: string): number => [...text].length;

/** `text` padded to `width`. */
export const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/**
 * Lines of at most `width` characters, broken at spaces; every line begins with `indent`, the first one with `first`.
 * A word longer than a line stays whole: it may be a web address.
 */
export function wrapped(text: string, { width, indent = "", first = indent }: WrapOptions): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ").filter((each) => each !== "")) {
    if (!empty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}

interface WrapOptions {
  readonly width: number;
  readonly indent?: string;
  readonly first?: string;
}

/** "1 account", "2 accounts". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** A whole per cent that says 0 and 100 only when it is so. */
export function perCent(fraction: number): string {
  const share = Math.min(1, Math.max(0, fraction)) * 100;
  const whole = share > 0 && share < 100 ? Math.min(99, Math.max(1, Math.round(share))) : share;
  return `${whole} %`;
}

/** A bar of `width` blocks; a rest that is not nothing shows at least one. */
export function bar(fraction: number, width = 10): string {
  const share = Math.min(1, Math.max(0, fraction));
  const full = share > 0 ? Math.max(1, Math.min(share < 1 ? width - 1 : width, Math.round(share * width))) : 0;
  return "█".repeat(full) + "░".repeat(width - full);
}

/** 950, 9.5k, 120k, 1.2M. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1000, "k"] : [count / 1_000_000, "M"];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
}
