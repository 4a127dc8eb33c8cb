/** A variable of a `.env` file. `line` is where its value begins, from 1. */
export interface DotenvVariable {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  /** Its quote never ends: the value is the rest of that line, quote and all. */
  readonly isOpen: boolean;
  /** Where the name stands before that with another value, which does not count; absent where it does not. */
  readonly earlier?: readonly number[];
}

/** What an assignment begins with; `export` is for shells. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*/;
/** A quoted value may go on over several lines; what follows it on its last line does not count. */
const QUOTED = /^(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|`([^`]*)`)/;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const unescaped = (text: string): string =>
  text.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPED[letter] ?? letter);

const quotedValue = ([, literal, escaped, ticked]: RegExpExecArray): string =>
  literal ?? ticked ?? unescaped(escaped ?? "");

/** The rest of a line; a comment begins after a blank, so that a `#` may be in a value. */
function bareValue(text: string): string {
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end);
  if (line.startsWith("#")) return "";
  const comment = line.search(/[ \t]#/);
  return (comment < 0 ? line : line.slice(0, comment)).trimEnd();
}

/** The last of one name, with the places of those that are lost with it. */
function lastOf(same: readonly DotenvVariable[]): readonly DotenvVariable[] {
  const last = same.at(-1);
  if (last === undefined) return [];
  const lost = same.filter(({ value }) => value.trim() !== "" && value !== last.value);
  return [lost.length === 0 ? last : { ...last, earlier: lost.map(({ line }) => line) }];
}

const linesIn = (text: string): number => text.split("\n").length - 1;

/**
 * Reads a `.env` file as shells and the usual libraries do where they agree: comments, `export`, three kinds of quotes, several
 * lines in quotes, CRLF. Nothing is put in for `$NAME`. Lines that assign nothing do not count, and of two values of one name
 * the last does, which says where the others stood. Never throws.
 */
export function parseDotenv(text: string): readonly DotenvVariable[] {
  const found = new Map<string, DotenvVariable[]>();
  let rest = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  let line = 1;
  while (rest !== "") {
    const begun = ASSIGNMENT.exec(rest);
    const after = rest.slice(begun?.[0].length ?? 0);
    const quoted = begun ? QUOTED.exec(after) : null;
    if (begun) {
      const name = begun[1] ?? "";
      const isOpen = !quoted && /^["'`]/.test(after);
      const value = quoted ? quotedValue(quoted) : bareValue(after);
      const same = found.get(name) ?? [];
      same.push({ name, value, line, isOpen });
      found.delete(name);
      found.set(name, same);
    }
    const tail = quoted ? after.slice(quoted[0].length) : after;
    const end = tail.indexOf("\n");
    line += linesIn(quoted?.[0] ?? "") + 1;
    rest = end < 0 ? "" : tail.slice(end + 1);
  }
  return [...found.values()].flatMap(lastOf);
}
