import { isAt, QUOTE } from "../stream/bytes";
import type { Edit } from "../stream/edit";
import { elementRanges, memberRange, type Range } from "../stream/json-range";
import { parsed } from "../stream/reading";
import { SIGNATURE_PLACEHOLDER } from "./placeholder";

/** Google reads a field in two spellings. */
const field = (camel: string) =>
  [camel, camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)].map((key) => Buffer.from(key));

const CONTENTS = field("contents");
const ROLE = field("role");
const PARTS = field("parts");
const TEXT = field("text");
const CALL = field("functionCall");
const RESULT = field("functionResponse");
const SIGNATURE = field("thoughtSignature");

const USER = Buffer.from('"user"');
const MODEL = Buffer.from('"model"');
const VALUE = Buffer.from(`"${SIGNATURE_PLACEHOLDER}"`);
const MEMBER = Buffer.from(`,"thoughtSignature":"${SIGNATURE_PLACEHOLDER}"`);

/**
 * Puts the placeholder where Gemini 3 wants a signature and finds none: on the first call of each model step of the current
 * turn. The same text where none is missing, or where it is no JSON; otherwise every other character stays. Costs as much as
 * parsing: only for a body that was refused. https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export function signMissing(body: string): string {
  if (parsed(body) === undefined) return body;
  const bytes = Buffer.from(body);
  const contents = elementsOf(bytes, { start: 0, end: bytes.length }, CONTENTS);
  const turn = contents.findLastIndex((content) => beginsTurn(bytes, content));
  const edits = contents.slice(turn + 1).flatMap((content) => lackIn(bytes, content) ?? []);
  return edits.length === 0 ? body : edited(bytes, edits);
}

/** What the person said, and not what a tool answered. In doubt the turn is longer: a placeholder too many harms nobody. */
function beginsTurn(bytes: Buffer, content: Range): boolean {
  const parts = elementsOf(bytes, content, PARTS);
  const some = (keys: readonly Buffer[]) => parts.some((part) => member(bytes, part, keys) !== undefined);
  return isRole(bytes, content, USER) && some(TEXT) && !some(RESULT);
}

function lackIn(bytes: Buffer, content: Range): Edit | undefined {
  if (!isRole(bytes, content, MODEL)) return undefined;
  const call = elementsOf(bytes, content, PARTS).find((part) => member(bytes, part, CALL) !== undefined);
  if (!call) return undefined;
  const signature = member(bytes, call, SIGNATURE);
  if (!signature) return { start: call.end - 1, end: call.end - 1, text: MEMBER };
  return bytes[signature.start] === QUOTE ? undefined : { ...signature, text: VALUE };
}

function isRole(bytes: Buffer, content: Range, role: Buffer): boolean {
  const found = member(bytes, content, ROLE);
  return found !== undefined && isAt(bytes, found.start, role);
}

function elementsOf(bytes: Buffer, object: Range, keys: readonly Buffer[]): readonly Range[] {
  const array = member(bytes, object, keys);
  return array ? elementRanges(bytes, array.start, array.end) : [];
}

function member(bytes: Buffer, { start, end }: Range, [camel, snake]: readonly Buffer[]): Range | undefined {
  const find = (key: Buffer | undefined) => key && memberRange(bytes, start, end, key);
  return find(camel) ?? find(snake);
}

function edited(bytes: Buffer, edits: readonly Edit[]): string {
  let from = 0;
  const pieces = edits.flatMap(({ start, end, text }) => {
    const before = bytes.subarray(from, start);
    from = end;
    return [before, text];
  });
  return Buffer.concat([...pieces, bytes.subarray(from)]).toString("utf8");
}
