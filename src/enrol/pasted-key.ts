/** A key as it can be sent, or what is wrong with the paste in a sentence that never repeats it. */
export type PastedKey =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "wrong"; readonly sentence: string };

/** What people paste with a key: a line of a shell script or of a .env file. No address and no JSON. */
const ASSIGNMENT = /^(?:(?:export|set)\s+|\$env:)?([^\s=:/{]+)\s*=\s*(.*)$/is;
/** What a key may end with is no value. */
const PADDING = /^=*$/;
const VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Variables that hold a key of Google's, by their names: any other secret must never be sent there. */
const OF_GOOGLE = /gemini|google/i;
const OF_KEY = /key/i;
const OF_OTHERS = /private|secret|token|client|file/i;

/** What is said of a paste that has other variables in it than keys. */
export const OTHER_VARIABLES =
  "There are other variables in it than keys of Gemini, so nothing was sent and nothing was stored. Paste the keys alone; for a .env file: gemini-pool import FILE";
const QUOTES = /^(["'`])(.*)\1$/s;

/** What is no key, whatever Google may make of it. A key is never judged by its prefix or its length. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, "No key was given. Make one at https://aistudio.google.com/apikey and paste it."],
  [/^\{/, "That is a JSON file, not an API key. Paste the key alone."],
  [/[\r\n]/, "That is more than one line. Add one key at a time."],
  [/:\/\//, "That is a web address, not an API key."],
  [/\s/, "That has a space in it, so it is not an API key. Paste the key alone."],
  [/[^\x21-\x7e]/, "That has a character in it that no API key has. Copy the key again."],
];

/** Takes off what a paste brings along: blanks, quotes, the name of a variable. */
export function pastedKey(pasted: string): PastedKey {
  const text = unquoted(pasted);
  const variable = assigned(text);
  if (variable && !isOfKey(variable.name)) return { kind: "wrong", sentence: OTHER_VARIABLES };
  const key = unquoted(variable?.value ?? text);
  const fault = FAULTS.find(([pattern]) => pattern.test(key));
  return fault ? { kind: "wrong", sentence: fault[1] } : { kind: "key", key };
}

/** Whether the text is a line that gives a variable another value than a key of Google's. */
export function isOtherVariable(text: string): boolean {
  const variable = assigned(unquoted(text));
  return variable !== undefined && !isOfKey(variable.name);
}

const isOfKey = (name: string): boolean => OF_GOOGLE.test(name) && OF_KEY.test(name) && !OF_OTHERS.test(name);

function assigned(text: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value] = ASSIGNMENT.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return PADDING.test(value) && !VARIABLE.test(name) ? undefined : { name, value };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return (QUOTES.exec(trimmed)?.[2] ?? trimmed).trim();
}

/** A key as it may be shown: its last four characters at most, and none of a short one. */
export const keyEnding = (key: string): string => (key.length >= 16 ? `…${key.slice(-4)}` : "…");
