import { OPEN_BRACE } from "./bytes";
import { usualEnvelope } from "./envelope";
import { memberRange } from "./json-range";
import type { Payload } from "./payload";
import { asObject, parsed } from "./reading";

const RESPONSE = Buffer.from("response");

/** What stands outside the envelope where there is none: an error, or an answer as it should be. */
const BARE_KEYS = ["error", "candidates", "promptFeedback", "totalTokens"];

/**
 * The answer inside Code Assist's envelope `{"response": …, "traceId": …}`, by its place in the same bytes.
 * Undefined for an event that only carries metadata; an odd shape comes back whole and marked as such.
 */
export function responseOf(payload: Payload): Payload | undefined {
  const { bytes, start, end } = payload;
  const inner = payload.bare
    ? undefined
    : (usualEnvelope(bytes, start, end) ?? memberRange(bytes, start, end, RESPONSE));
  if (inner && bytes[inner.start] === OPEN_BRACE) {
    return { bytes, start: inner.start, end: inner.end, bare: false, odd: false };
  }
  const value = parsed(bytes.toString("utf8", start, end));
  const fields = asObject(value);
  if (fields && !BARE_KEYS.some((key) => key in fields)) return undefined;
  return { bytes, start, end, bare: payload.bare, odd: true };
}
