import { lineOf } from "../core/json-twins";

/** One token or the blanks before it; sticky, so that each character is looked at once. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Expectation = "value" | "value or ]" | "name" | "name or }" | ":" | ", or }" | ", or ]" | "end";

interface Step {
  readonly token: string;
  readonly isText: boolean;
  /** The brackets that are open, innermost last. */
  readonly open: string[];
}

const afterValue = (open: readonly string[]): Expectation => {
  const innermost = open.at(-1);
  if (innermost === undefined) return "end";
  return innermost === "{" ? ", or }" : ", or ]";
};

const close = ({ open }: Step): Expectation => {
  open.pop();
  return afterValue(open);
};

const value = ({ token, open }: Step): Expectation | undefined => {
  if (token === "{" || token === "[") {
    open.push(token);
    return token === "{" ? "name or }" : "value or ]";
  }
  return "}],:".includes(token) ? undefined : afterValue(open);
};

const name = ({ isText }: Step): Expectation | undefined => (isText ? ":" : undefined);

/** What may come next, and what is expected after it; undefined where the token does not fit. */
const GRAMMAR: Readonly<Record<Expectation, (step: Step) => Expectation | undefined>> = {
  value,
  "value or ]": (step) => (step.token === "]" ? close(step) : value(step)),
  name,
  "name or }": (step) => (step.token === "}" ? close(step) : name(step)),
  ":": ({ token }) => (token === ":" ? "value" : undefined),
  ", or }": (step) => (step.token === "," ? "name" : step.token === "}" ? close(step) : undefined),
  ", or ]": (step) => (step.token === "," ? "value" : step.token === "]" ? close(step) : undefined),
  end: () => undefined,
};

const placeOf = (text: string, offset: number): string => {
  const before = text.slice(0, offset);
  return `line ${lineOf(text, offset)}, column ${offset - (before.lastIndexOf("\n") + 1) + 1}`;
};

const skipBlanks = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at += 1;
  return at;
};

/**
 * Where a text stops being JSON, e.g. `line 7, column 3: expected , or }`; undefined where it is JSON.
 * The runtime's own message names no place. Linear in the text and blind to its content: no secret can get into the answer.
 */
export function jsonFault(text: string): string | undefined {
  const open: string[] = [];
  let expected: Expectation = "value";
  let at = 0;
  for (;;) {
    const start = skipBlanks(text, at);
    if (start === text.length && expected === "end") return undefined;
    TOKEN.lastIndex = start;
    const match = TOKEN.exec(text);
    const token = match?.[1] ?? match?.[2] ?? match?.[3];
    const next: Expectation | undefined =
      token === undefined ? undefined : GRAMMAR[expected]({ token, isText: match?.[2] !== undefined, open });
    if (next === undefined) return `${placeOf(text, start)}: expected ${expected}`;
    expected = next;
    at = TOKEN.lastIndex;
  }
}
