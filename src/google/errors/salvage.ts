import { type Loose, parseJson } from "./loose";

const LONGEST_VALUE = 2_000;
const LONGEST_MESSAGE = 8_000;
const MOST_LIMITS = 16;

/** What stands between the quotes that open at `from`. `whole` is false where the text ended first. */
function quotedAt(text: string, from: number, longest: number): { readonly value: string; readonly whole: boolean } {
  let end = from;
  while (end < text.length && end - from < longest && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  const raw = text.slice(from, end);
  const value = parseJson(`"${raw.replace(/[\n\r\t]/g, " ")}"`);
  return { value: typeof value === "string" ? value : raw, whole: text[end] === '"' };
}

/** The places in `text` where the value of `"name":` begins. */
function* valuesOf(text: string, name: string): Generator<number> {
  const quoted = `"${name}"`;
  for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + quoted.length)) {
    const colon = /\s*:\s*/y;
    colon.lastIndex = at + quoted.length;
    if (colon.test(text)) yield colon.lastIndex;
  }
}

/** The first whole value of that name: half a word or half a number would mean something else. */
function wholeValueOf(text: string, name: string): string | undefined {
  for (const at of valuesOf(text, name)) {
    if (text[at] !== '"') return /-?\d{1,15}(?:\.\d{1,15})?(?=[\s,}\]])/y.exec(text.slice(at, at + 40))?.[0];
    const found = quotedAt(text, at + 1, LONGEST_VALUE);
    return found.whole ? found.value : undefined;
  }
  return undefined;
}

function messageOf(text: string): string | undefined {
  for (const at of valuesOf(text, "message")) {
    if (text[at] === '"') return quotedAt(text, at + 1, LONGEST_MESSAGE).value;
  }
  return undefined;
}

/** The reason of an ErrorInfo; those of the older `errors` list are written in another way. */
function reasonOf(text: string): string | undefined {
  for (const at of valuesOf(text, "reason")) {
    const found = /"([A-Z][A-Z0-9_]{2,80})"/y;
    found.lastIndex = at;
    const reason = found.exec(text)?.[1];
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function limitsOf(text: string): Loose[] {
  const limits: Loose[] = [];
  for (const at of valuesOf(text, "quotaId")) {
    const found = text[at] === '"' ? quotedAt(text, at + 1, LONGEST_VALUE) : undefined;
    if (found?.whole) limits.push({ quotaId: found.value });
    if (limits.length >= MOST_LIMITS) break;
  }
  return limits;
}

const METADATA = [
  "quotaResetTimeStamp",
  "quotaResetDelay",
  "quota_limit",
  "quota_limit_value",
  "activationUrl",
  "validation_url",
  "appeal_url",
];

/**
 * An error object from a body that is no JSON any more (cut at our limit, stray commas), as far as it can still be read.
 * A value that was cut is left out, except the message. Linear in the length.
 */
export function salvage(text: string): Loose | undefined {
  const message = messageOf(text);
  const reason = reasonOf(text);
  const limits = limitsOf(text);
  const code = wholeValueOf(text, "code");
  if (message === undefined && reason === undefined && limits.length === 0 && code === undefined) return undefined;
  const metadata = Object.fromEntries(METADATA.map((name) => [name, wholeValueOf(text, name)]));
  const details: Loose[] = [{ retryDelay: wholeValueOf(text, "retryDelay") }];
  if (reason !== undefined) details.push({ reason, metadata });
  if (limits.length > 0) details.push({ violations: limits });
  return { message, code, status: wholeValueOf(text, "status"), details };
}
