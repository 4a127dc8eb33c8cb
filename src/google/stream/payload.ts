import { CR, isAt, LF } from "./bytes";
import { skipSpace } from "./json-range";

/** The JSON of one event and where it stands. */
export interface Payload {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** No `data:` before it: the host would not see it as an event. */
  readonly bare: boolean;
  /** Of an unexpected shape: it must be parsed whatever else is known. */
  readonly odd: boolean;
  /** How far the event's own bytes lie from those of the payload at `offset`. */
  readonly shift?: (offset: number) => number;
}

const SPACE = 0x20;
const DATA = Buffer.from("data:");
/** How something that is no event but speaks begins: JSON, or a page. */
const BARE_STARTS = Buffer.from("{[<");

/** The JSON that an event carries: its `data:` lines joined. Undefined for blank lines, comments and other fields. */
export function payloadOf(bytes: Buffer, start: number, end: number, lineCount: number): Payload | undefined {
  if (lineCount === 1 && isAt(bytes, start, DATA)) {
    return { bytes, start: behindData(bytes, start), end: trimmed(bytes, start, end), bare: false, odd: false };
  }
  const lines = dataLines(bytes, start, end);
  if (lines.length > 0) return joined(bytes, lines);
  const from = skipSpace(bytes, start, end);
  if (from >= end || !BARE_STARTS.includes(bytes[from] as number)) return undefined;
  return { bytes, start: from, end: trimmed(bytes, from, end), bare: true, odd: true };
}

const behindData = (bytes: Buffer, at: number) => (bytes[at + 5] === SPACE ? at + 6 : at + 5);

function trimmed(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === LF || bytes[at - 1] === CR)) at--;
  return at;
}

interface Line {
  readonly start: number;
  readonly end: number;
}

function dataLines(bytes: Buffer, start: number, end: number): readonly Line[] {
  const lines: Line[] = [];
  let at = start;
  while (at < end) {
    let stop = at;
    while (stop < end && bytes[stop] !== LF && bytes[stop] !== CR) stop++;
    if (isAt(bytes, at, DATA)) lines.push({ start: Math.min(stop, behindData(bytes, at)), end: stop });
    at = stop + 1;
  }
  return lines;
}

/** The specification joins lines by LF; between JSON tokens a space says the same and keeps the result one line. */
function joined(bytes: Buffer, lines: readonly Line[]): Payload {
  const space = Buffer.from(" ");
  const pieces = lines.flatMap((line, i) =>
    i ? [space, bytes.subarray(line.start, line.end)] : [bytes.subarray(line.start, line.end)],
  );
  const whole = Buffer.concat(pieces);
  return {
    bytes: whole,
    start: 0,
    end: whole.length,
    bare: false,
    odd: false,
    shift: (offset) => shiftIn(lines, offset),
  };
}

function shiftIn(lines: readonly Line[], offset: number): number {
  let begin = 0;
  for (const line of lines) {
    const size = line.end - line.start;
    if (offset <= begin + size) return line.start - begin;
    begin += size + 1;
  }
  return 0;
}
