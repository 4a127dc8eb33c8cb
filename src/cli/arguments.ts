import { nearest } from "../core/nearest";

/** An option of a command. With a `value` it takes one, named so in the help. */
export interface OptionSpec {
  readonly name: string;
  readonly value?: string;
  readonly summary: string;
}

/** What was given: text for options with a value, true for the others. */
export type OptionValues = Readonly<Record<string, string | true>>;

/** The options, or what is wrong with them in a sentence that repeats no value. */
export type ParsedArguments =
  | { readonly kind: "ok"; readonly values: OptionValues }
  | { readonly kind: "wrong"; readonly sentence: string };

const wrong = (sentence: string): ParsedArguments => ({ kind: "wrong", sentence });

/** No option: `-` stands for standard input. */
const isOperand = (word: string): boolean => word === "-" || !word.startsWith("-");

/**
 * Reads `--name`, `--name VALUE` and `--name=VALUE`, and one word without a name for each of the `operands`; anything else is
 * wrong. The last of two options counts.
 */
export function parseArguments(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  operands: OptionSpec | readonly OptionSpec[] = [],
): ParsedArguments {
  const values: Record<string, string | true> = {};
  const places = [operands].flat();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const operand = isOperand(word) ? places.find(({ name }) => values[name] === undefined) : undefined;
    if (operand) {
      values[operand.name] = word;
      continue;
    }
    const [flag = "", attached] = split(word);
    const spec = specs.find(({ name }) => `--${name}` === flag);
    if (!spec) return wrong(unknown(word, flag, specs));
    if (spec.value === undefined) {
      if (attached !== undefined) return wrong(`${flag} takes no value.`);
      values[spec.name] = true;
      continue;
    }
    const value = attached ?? argv[++at];
    if (value === undefined || (attached === undefined && value.startsWith("--"))) {
      return wrong(`${flag} needs a value: ${flag} ${spec.value}`);
    }
    values[spec.name] = value;
  }
  return { kind: "ok", values };
}

function split(word: string): readonly [string, string?] {
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

/** A word that is no option may be a key that was pasted in the wrong place: it is not repeated. */
function unknown(word: string, flag: string, specs: readonly OptionSpec[]): string {
  if (!word.startsWith("-")) return "There is an argument too many.";
  const meant = nearest(
    flag,
    specs.map(({ name }) => `--${name}`),
  );
  return `There is no option ${flag}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}
