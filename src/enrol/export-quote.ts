/** Means the same to every shell and library, and needs no quotes. */
const BARE = /^[A-Za-z0-9_./:@%+,-]*$/;
/** No quote, no backslash, and none of what libraries put values in for, even here. */
const SINGLE = /^[\x20-\x23\x25\x26\x28-\x5b\x5d-\x7e]*$/;
/** Nor what a shell gives a meaning in these. */
const DOUBLE = /^[\x20\x23\x25-\x5b\x5d-\x5f\x61-\x7e]*$/;

/**
 * The value as it can be written behind `NAME=` so that sh, bash and the usual `.env` libraries read back the same, and none runs
 * any of it. Undefined where no form does that for all of them: then it must be said in another way.
 */
export function quoted(value: string): string | undefined {
  if (BARE.test(value)) return value;
  if (SINGLE.test(value)) return `'${value}'`;
  return DOUBLE.test(value) ? `"${value}"` : undefined;
}

const SHORT: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const code = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * An object as JSON that can stand in single quotes in a shell and in a `.env` file: of all that has a meaning there it holds only
 * `\uXXXX`, which none of them touches.
 */
export function quotedJson(value: object): string {
  const text = JSON.stringify(value)
    .replace(/\\(["\\/bfnrt])/g, (_, letter: string) => code(SHORT[letter] ?? letter))
    .replace(/['$`!]|[^\x20-\x7e]/g, code);
  return `'${text}'`;
}
