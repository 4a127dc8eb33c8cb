import { errorOf, type GoogleError } from "./google-error";
import { jsonSoFar } from "./json-so-far";
import { asRecord, asRecords, asText, type Loose } from "./loose";
import { isPage, wordsOfPage } from "./page";

/** An error object, and whether nothing of it was cut off. */
interface Found {
  readonly error: Loose;
  readonly whole: boolean;
}

const LONGEST_BODY = 65_536;
const DEEPEST = 3;

/** The error in a JSON value: under `error`, in a list, or the value itself. */
function errorIn(value: unknown): Loose | undefined {
  const [first] = Array.isArray(value) ? asRecords(value).filter((entry) => "error" in entry) : [asRecord(value)];
  if (first === undefined) return undefined;
  const plain = asText(first["error"]);
  if (plain !== undefined) return { message: asText(first["error_description"]) ?? plain };
  return asRecord(first["error"]) ?? ("message" in first || "details" in first ? first : undefined);
}

function foundAt(text: string, from: number): Found | undefined {
  const { value, whole } = jsonSoFar(text, from);
  const error = errorIn(value);
  return error && { error, whole };
}

/**
 * Proxies put Google's whole answer into their own message: what is innermost is Google's. Only a message that is nothing else
 * counts: in the midst of a sentence stand words of the request.
 */
function innermost(found: Found, depth = 0): Found {
  const message = asText(found.error["message"])?.trimStart();
  const inner = depth < DEEPEST && message && /^[[{]/.test(message) ? foundAt(message, 0) : undefined;
  if (inner === undefined) return found;
  const { code, status, ...outer } = found.error;
  const saysStatus = inner.error["code"] !== undefined || inner.error["status"] !== undefined;
  const whole = found.whole && inner.whole;
  const details = [...asRecords(inner.error["details"]), ...(whole ? asRecords(outer["details"]) : [])];
  return innermost(
    { error: { ...(saysStatus ? {} : { code, status }), ...outer, ...inner.error, details }, whole },
    depth + 1,
  );
}

/** Where the JSON of a body begins, -1 where it has none: a proxy may put a page or a line of text around it. */
const jsonAt = (words: string): number => (/^\s*[[{]/.test(words) ? 0 : words.search(/\{\s*"error"\s*:/));

/**
 * Reads an error body: bare, in a list, nested in a message, in a page, cut or plain text. Never throws; linear in the body,
 * of which it looks at 64 Ki characters. `location` is the header of that name: Google's refusal page is often a redirect.
 */
export function readError(body: string, status: number, location: string | null): GoogleError {
  const text = body.slice(0, LONGEST_BODY);
  const html = isPage(text);
  const words = html ? wordsOfPage(text) : text;
  const from = jsonAt(words);
  const found = from < 0 ? undefined : foundAt(words, from);
  if (found === undefined) return { ...errorOf({ message: `${words} ${location ?? ""}` }, false, status), html };
  const { error, whole } = innermost(found);
  return errorOf(error, whole, status);
}
