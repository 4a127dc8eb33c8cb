import { asNumber, asRecord, asRecords, asText, type Loose, parseJson } from "./loose";
import { salvage } from "./salvage";

/** One violation of a QuotaFailure. `value` is absent where Google's JSON dropped a zero, or where we know none. */
export interface QuotaLimit {
  readonly id: string;
  readonly value: number | undefined;
}

/** An error of Google's, whatever it was wrapped in. */
export interface GoogleError {
  /** What the body says of itself, else the HTTP status. */
  readonly status: number;
  /** In one line, at most 8,000 characters, not yet redacted. */
  readonly message: string;
  /** The message and the names of the fields it is about, in lower case: what the text rules look at. */
  readonly text: string;
  /** A page, or nothing at all: no answer of an API. */
  readonly html: boolean;
  /** False where the body was cut or no valid JSON: then an absent number says nothing. */
  readonly whole: boolean;
  /** `ErrorInfo.reason`, as they came. */
  readonly reasons: readonly string[];
  /** `errors[].reason` of the older form. */
  readonly olderReasons: readonly string[];
  readonly limits: readonly QuotaLimit[];
  readonly retryDelay: string | undefined;
  /** The first link of `Help` that does more than explain. */
  readonly help: string | undefined;
  /** A value of `ErrorInfo.metadata`. */
  metadata(name: string): string | undefined;
}

const LONGEST_BODY = 65_536;
const LONGEST_MESSAGE = 8_000;
const DEEPEST = 3;

/** Google's names for HTTP statuses (google/rpc/code.proto). */
const STATUS_OF_NAME: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

const isErrorStatus = (status: number | undefined): status is number =>
  status !== undefined && Number.isInteger(status) && status >= 400 && status < 600;

const oneLine = (text: string): string => text.slice(0, LONGEST_MESSAGE).replace(/\s+/g, " ").trim();

/** The error in a JSON value: under `error`, in a list, or the value itself. */
function errorIn(value: unknown): Loose | undefined {
  const [first] = Array.isArray(value) ? asRecords(value).filter((entry) => "error" in entry) : [asRecord(value)];
  if (first === undefined) return undefined;
  const plain = asText(first["error"]);
  if (plain !== undefined) return { message: asText(first["error_description"]) ?? plain };
  return asRecord(first["error"]) ?? ("message" in first || "details" in first ? first : undefined);
}

/** Proxies put Google's whole answer into their own message: what is innermost is Google's. */
function innermost(error: Loose, depth = 0): Loose {
  const message = asText(error["message"])?.trimStart();
  if (depth >= DEEPEST || message === undefined || !/^[[{]/.test(message)) return error;
  const inner = errorIn(parseJson(message));
  if (inner === undefined) return error;
  const details = [...asRecords(inner["details"]), ...asRecords(error["details"])];
  return innermost({ ...error, ...inner, details }, depth + 1);
}

/** HTML without its tags: the words a person would see, near enough. */
function wordsOf(html: string): string {
  return html.replace(/<[^<>]*>?/g, " ").replaceAll("&#39;", "'");
}

const limitOf = (violation: Loose): QuotaLimit => ({
  id: (asText(violation["quotaId"]) ?? asText(violation["quotaMetric"]) ?? "").slice(0, 120),
  value: asNumber(violation["quotaValue"]),
});

function helpIn(details: readonly Loose[]): string | undefined {
  const links = details.flatMap((detail) => asRecords(detail["links"]));
  const useful = links.find((link) => !/^\s*learn more/i.test(asText(link["description"]) ?? ""));
  return asText(useful?.["url"]);
}

function statusOf(error: Loose, status: number): number {
  const code = asNumber(error["code"]);
  if (isErrorStatus(code)) return code;
  return STATUS_OF_NAME[asText(error["status"]) ?? ""] ?? status;
}

/** `retryDelay` as a duration, also in the two older ways of writing one. */
function retryDelayIn(details: readonly Loose[]): string | undefined {
  const delay = details.map((detail) => detail["retryDelay"]).find((value) => value !== undefined);
  const seconds = asNumber(asRecord(delay)?.["seconds"] ?? delay);
  return seconds === undefined ? asText(delay) : `${seconds}s`;
}

function fromObject(found: Loose, whole: boolean, status: number): GoogleError {
  const error = innermost(found);
  const details = asRecords(error["details"]);
  const message = oneLine(asText(error["message"]) ?? "");
  const fields = details.flatMap((detail) => asRecords(detail["fieldViolations"]));
  const metadata = details.map((detail) => asRecord(detail["metadata"]));
  return {
    status: statusOf(error, status),
    message,
    text: oneLine([message, ...fields.map((field) => asText(field["field"]) ?? "")].join(" ")).toLowerCase(),
    html: false,
    whole,
    reasons: details.flatMap((detail) => asText(detail["reason"]) ?? []),
    olderReasons: asRecords(error["errors"]).flatMap((entry) => asText(entry["reason"]) ?? []),
    limits: details
      .flatMap((detail) => asRecords(detail["violations"]).map(limitOf))
      .filter((limit) => limit.id !== ""),
    retryDelay: retryDelayIn(details),
    help: helpIn(details),
    metadata: (name) => metadata.map((entry) => asText(entry?.[name])).find((value) => value !== undefined),
  };
}

/**
 * Reads an error body: bare, in a list, nested in a message, HTML, cut or plain text. Never throws; linear in the body,
 * of which it looks at 64 Ki characters. `location` is the header of that name: Google's refusal page is often a redirect.
 */
export function readError(body: string, status: number, location: string | null): GoogleError {
  const text = body.slice(0, LONGEST_BODY);
  const found = errorIn(parseJson(text));
  if (found) return fromObject(found, true, status);
  const html = /^\s*(?:<|$)/.test(text);
  const saved = html ? undefined : salvage(text);
  if (saved) return fromObject(saved, false, status);
  const words = `${html ? wordsOf(text) : text} ${location ?? ""}`;
  return { ...fromObject({ message: words }, false, status), html };
}
