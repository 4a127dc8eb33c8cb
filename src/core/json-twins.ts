/** A text, or one sign that says where we are; sticky search is not needed, since the text is known to be JSON. */
const STEP = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Names that may be repeated in a sentence: a secret is none. */
const PLAIN = /^[A-Za-z]{1,30}$/;

interface Open {
  /** The names so far; nothing for a list. */
  readonly names: Set<string> | undefined;
  isName: boolean;
}

/**
 * Where a JSON text has a name twice in one object, e.g. `"accounts" twice, again in line 7`; undefined where it has none. JSON.parse
 * takes the last without a word, and what stood under the first would be lost with the next write. Linear in the text.
 */
export function jsonTwins(text: string): string | undefined {
  const stack: Open[] = [];
  for (const { 0: token, index } of text.matchAll(STEP)) {
    const twin = token.startsWith('"') ? twinIn(stack.at(-1), token) : walk(stack, token);
    if (twin !== undefined) return `${called(twin)} twice, again in line ${lineOf(text, index)}`;
  }
  return undefined;
}

/** Goes where a sign leads. */
function walk(stack: Open[], sign: string): undefined {
  const top = stack.at(-1);
  if (sign === "{") stack.push({ names: new Set(), isName: true });
  if (sign === "[") stack.push({ names: undefined, isName: false });
  if (sign === "}" || sign === "]") stack.pop();
  if (sign === "," && top) top.isName = top.names !== undefined;
}

/** The name that a text is, where its object has it already; a value is none. */
function twinIn(open: Open | undefined, token: string): string | undefined {
  if (!open?.names || !open.isName) return undefined;
  const name: string = JSON.parse(token);
  if (open.names.has(name)) return name;
  open.names.add(name);
  open.isName = false;
  return undefined;
}

const called = (name: string): string => (PLAIN.test(name) ? `"${name}"` : "a name");

/** The line of a text, from 1, in which the character at `offset` stands. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
