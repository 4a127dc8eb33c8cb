/** A key as it can be sent, or what is wrong with the paste in a sentence that never repeats it. */
export type PastedKey =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "wrong"; readonly sentence: string };

/** What people paste with a key: a line of a shell script or of a .env file. */
const ASSIGNMENT = /^(?:export\s+)?[A-Z][A-Z0-9_]*_KEY(?:_\d+)?\s*=\s*/;
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
  const key = unquoted(unquoted(pasted).replace(ASSIGNMENT, ""));
  const fault = FAULTS.find(([pattern]) => pattern.test(key));
  return fault ? { kind: "wrong", sentence: fault[1] } : { kind: "key", key };
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return (QUOTES.exec(trimmed)?.[2] ?? trimmed).trim();
}

/** A key as it may be shown: its last four characters at most, and none of a short one. */
export const keyEnding = (key: string): string => (key.length >= 16 ? `…${key.slice(-4)}` : "…");
