/**
 * What makes opencode 1.18.33 repeat a failed call, whatever its status: it matches these against the message and the
 * body (read in its published binary).
 */
export const RETRY_PATTERNS: readonly RegExp[] = [
  /429|500|502|503|504|524/i,
  /rate increased too quickly|rate limit|rate-limit|rate_limit|too many requests/i,
  /overloaded|service unavailable|service_unavailable|service-unavailable|internal error|internal_error|internal server error|server error|server_error|server-error|provider returned error|provider_returned_error|provider-returned-error/i,
  /terminated|fetch failed|failed to fetch|network[-_\s]error|upstream connect|connection error|connection refused|connection lost|socket connection was closed|socket hang up|reset before headers|getaddrinfo|enotfound|eai_again|econnrefused|econnreset|etimedout/i,
  /^timeout$|\b(?:request|response|connection|network|stream|read) (?:timeout|timed out|time out)\b/i,
  /try your request again|retry your request|resource exhausted|resource_exhausted/i,
  /\btry again (?:later|in\b)|\b(?:currently|temporarily) at capacity\b/i,
];

const ANY = new RegExp(RETRY_PATTERNS.map(({ source }) => `(?:${source})`).join("|"), "gi");
const WEB_ADDRESS = /https?:\/\/[^\s<>"'`\u2060]+/gi;
/** Joins without being seen: it takes no width and allows no line break. */
const WORD_JOINER = "\u2060";

/**
 * The same text for a reader, but nothing in it that opencode would take for a fault that passes: a 400 stays a 400.
 * Words get an invisible character; web addresses get a percent-encoded one instead and still work (except where the
 * match is a port). Idempotent; text without a match comes back as it is.
 */
export function harmless(text: string): string {
  let current = text;
  // A break can uncover a match that overlapped with the broken one; each round splits what is left, so this ends.
  for (let next = breakOnce(current); next !== current; next = breakOnce(current)) current = next;
  return current;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function breakOnce(text: string): string {
  const addresses = spansOf(WEB_ADDRESS, text);
  let done = 0;
  let result = "";
  let candidate = 0;
  for (const match of spansOf(ANY, text)) {
    while ((addresses[candidate]?.end ?? Number.POSITIVE_INFINITY) <= match.start + 1) candidate++;
    const address = addresses[candidate];
    const at = address && address.start <= match.start ? encodable(text, match, address) : undefined;
    const cut = at ?? match.start + 1;
    result += text.slice(done, cut) + (at === undefined ? WORD_JOINER : percentEncoded(text.charCodeAt(cut)));
    done = at === undefined ? cut : cut + 1;
  }
  return result + text.slice(done);
}

const spansOf = (pattern: RegExp, text: string): readonly Span[] =>
  [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + match[0].length }));

const percentEncoded = (code: number): string => `%${code.toString(16).toUpperCase().padStart(2, "0")}`;

/** The first character of the match after its first that may be percent-encoded: not in a port, not within an escape. */
function encodable(text: string, match: Span, address: Span): number | undefined {
  const path = pathStart(text, address);
  for (let at = match.start + 1; at < Math.min(match.end, address.end); at++) {
    const escaped = text[at - 1] === "%" || text[at - 2] === "%" || text[at] === "%";
    if (at >= path && !escaped) return at;
  }
  return undefined;
}

/** Where the host and port of an address end. */
function pathStart(text: string, { start, end }: Span): number {
  const authority = text.indexOf("//", start) + 2;
  for (let at = authority; at < end; at++) if ("/?#".includes(text[at] ?? "")) return at;
  return end;
}
