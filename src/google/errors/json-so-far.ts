import { parseJson } from "./loose";

/** JSON as far as it could be read. `whole` is false where its end was not reached: then what is absent says nothing. */
export interface JsonSoFar {
  readonly value: unknown;
  readonly whole: boolean;
}

/** An object or list whose end has not come yet, and the key that waits for its value. */
interface Open {
  readonly into: Record<string, unknown> | unknown[];
  key: string | undefined;
}

interface Reader {
  readonly text: string;
  readonly open: Open[];
  at: number;
  root: unknown;
}

const BLANKS = /\s*/y;
/** Some bodies have commas too many (google-gemini/gemini-cli, googleErrors.ts). */
const GAP = /[\s,]*/y;
const COLON = /\s*:\s*/y;
const HALF_ESCAPE = /^\\(?:u[0-9a-f]{0,3})?$/i;
const PLAIN = /(?:true|false|null|-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?)(?=[\s,}\]])/y;

/**
 * Reads JSON that was cut or has commas too many: all that stands before the fault. A value whose end is missing is left out, since
 * half a word or number would mean something else; only of a `message` half is better than none. Never throws; linear in the length.
 */
export function jsonSoFar(text: string, from = 0): JsonSoFar {
  const parsed = from === 0 ? parseJson(text) : undefined;
  if (parsed !== undefined) return { value: parsed, whole: true };
  const reader: Reader = { text, open: [], at: from, root: undefined };
  take(reader, BLANKS);
  do {
    if (!step(reader)) return { value: reader.root, whole: false };
  } while (reader.open.length > 0);
  return { value: reader.root, whole: true };
}

/** What `pattern` finds right here, and moves behind it. */
function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

/** Reads one key, value or end; false where none of them stands here. */
function step(reader: Reader): boolean {
  const parent = reader.open.at(-1);
  if (parent === undefined || parent.key !== undefined) return readValue(reader, parent);
  take(reader, GAP);
  const isList = Array.isArray(parent.into);
  if (reader.text[reader.at] !== (isList ? "]" : "}")) {
    return isList ? readValue(reader, parent) : readKey(reader, parent);
  }
  reader.at += 1;
  reader.open.pop();
  return true;
}

function readKey(reader: Reader, parent: Open): boolean {
  const key = readString(reader);
  if (!key?.whole || take(reader, COLON) === undefined) return false;
  parent.key = key.value;
  return true;
}

function readValue(reader: Reader, parent: Open | undefined): boolean {
  const first = reader.text[reader.at];
  if (first === "{" || first === "[") {
    const into: Open["into"] = first === "[" ? [] : Object.create(null);
    put(reader, parent, into);
    reader.open.push({ into, key: undefined });
    reader.at += 1;
    return true;
  }
  if (first !== '"') {
    const plain = take(reader, PLAIN);
    if (plain !== undefined) put(reader, parent, parseJson(plain));
    return plain !== undefined;
  }
  const found = readString(reader);
  if (found?.whole || parent?.key === "message") put(reader, parent, found?.value);
  return found?.whole ?? false;
}

function put(reader: Reader, parent: Open | undefined, value: unknown): void {
  if (parent === undefined) reader.root = value;
  else if (Array.isArray(parent.into)) parent.into.push(value);
  else if (parent.key !== undefined) parent.into[parent.key] = value;
  if (parent) parent.key = undefined;
}

/** The string that begins here; line breaks within it, which JSON forbids, are blanks. */
function readString(reader: Reader): { readonly value: string; readonly whole: boolean } | undefined {
  const { text, at } = reader;
  if (text[at] !== '"') return undefined;
  let end = at + 1;
  let escapeAt = at;
  while (end < text.length && text[end] !== '"') {
    if (text[end] === "\\") escapeAt = end++;
    end += 1;
  }
  const whole = end < text.length;
  reader.at = Math.min(end + 1, text.length);
  if (!whole && HALF_ESCAPE.test(text.slice(escapeAt, escapeAt + 7))) end = escapeAt;
  const raw = text.slice(at + 1, end).replace(/[\u0000-\u001f]/g, " ");
  const value = parseJson(`"${raw}"`);
  return { value: typeof value === "string" ? value : raw, whole };
}
