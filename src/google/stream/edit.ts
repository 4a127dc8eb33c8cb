import { CLOSE_BRACE } from "./bytes";
import { firstElement, memberRange, type Range } from "./json-range";

/** Bytes to put in place of a range; everything around it stays as it came. */
export interface Edit extends Range {
  readonly text: Buffer;
}

const CANDIDATES = Buffer.from("candidates");
const FINISH = Buffer.from("finishReason");

/** What a blocked prompt lacks for the host to see that it was blocked. */
const BLOCKED = Buffer.from(
  ',"candidates":[{"content":{"role":"model","parts":[]},"finishReason":"SAFETY","index":0}]',
);

/** Puts `word` in place of the finish reason of the first candidate, the one the host reads. */
export function renameFinish(bytes: Buffer, start: number, end: number, word: string): Edit | undefined {
  const candidates = memberRange(bytes, start, end, CANDIDATES);
  const first = candidates && firstElement(bytes, candidates.start, candidates.end);
  const reason = first && memberRange(bytes, first.start, first.end, FINISH);
  return reason && { start: reason.start, end: reason.end, text: Buffer.from(JSON.stringify(word)) };
}

/**
 * Adds a candidate that says SAFETY to an answer that only says why the prompt was blocked.
 * At the end, because the beginning may be with the host already; a later key wins over an empty list before it.
 */
export function addBlocked(bytes: Buffer, start: number, end: number): Edit | undefined {
  const at = bytes.lastIndexOf(CLOSE_BRACE, end - 1);
  return at < start ? undefined : { start: at, end: at, text: BLOCKED };
}
