/** A finish that the host understands and that ends its loop. */
const KNOWN: ReadonlySet<string> = new Set([
  "STOP",
  "MAX_TOKENS",
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
  "MALFORMED_FUNCTION_CALL",
]);

/** Google refused to go on; the host knows no such word and would ask again for ever. */
const REFUSED: ReadonlySet<string> = new Set(["LANGUAGE", "NO_IMAGE"]);
const REFUSED_PREFIX = "IMAGE_";

const NONE: ReadonlySet<string> = new Set(["", "FINISH_REASON_UNSPECIFIED"]);

/**
 * What Google's finish reason becomes for the host: undefined for none, `as-is`, or the word to put in its place.
 * `STOP` stands for every reason nobody knows and is only true after some output.
 * List of reasons: https://ai.google.dev/api/generate-content#FinishReason
 */
export function finishFor(reason: string | undefined): "as-is" | "SAFETY" | "STOP" | undefined {
  if (reason === undefined || NONE.has(reason)) return undefined;
  if (KNOWN.has(reason)) return "as-is";
  return REFUSED.has(reason) || reason.startsWith(REFUSED_PREFIX) ? "SAFETY" : "STOP";
}
