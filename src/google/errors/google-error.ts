import { oneLine } from "./line";
import { asNumber, asRecord, asRecords, asText, type Loose } from "./loose";

/** One violation of a QuotaFailure. */
export interface QuotaLimit {
  /** The quota's name; its metric where it has none. */
  readonly id: string;
  readonly metric: string;
  /** Absent where Google's JSON dropped a zero, or where it was cut off: `whole` tells. */
  readonly value: number | undefined;
  readonly whole: boolean;
}

/** `ErrorInfo.reason` and whether it is Google's own: a server in between may use the same form. */
export interface Reason {
  readonly name: string;
  readonly ofGoogle: boolean;
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
  readonly reasons: readonly Reason[];
  /** `errors[].reason` of the older form. */
  readonly olderReasons: readonly string[];
  readonly limits: readonly QuotaLimit[];
  readonly retryDelay: string | undefined;
  /** The first link of `Help` that does more than explain. */
  readonly help: string | undefined;
  /** A value of `ErrorInfo.metadata`. */
  metadata(name: string): string | undefined;
}

const LONGEST_MESSAGE = 8_000;
const LONGEST_NAME = 1_000;

/** Google's names for HTTP statuses (google/rpc/code.proto). */
const STATUS_OF_NAME: ReadonlyMap<string, number> = new Map([
  ["INVALID_ARGUMENT", 400],
  ["FAILED_PRECONDITION", 400],
  ["OUT_OF_RANGE", 400],
  ["UNAUTHENTICATED", 401],
  ["PERMISSION_DENIED", 403],
  ["NOT_FOUND", 404],
  ["ALREADY_EXISTS", 409],
  ["ABORTED", 409],
  ["RESOURCE_EXHAUSTED", 429],
  ["CANCELLED", 499],
  ["INTERNAL", 500],
  ["UNKNOWN", 500],
  ["DATA_LOSS", 500],
  ["UNIMPLEMENTED", 501],
  ["UNAVAILABLE", 503],
  ["DEADLINE_EXCEEDED", 504],
]);

const GOOGLE = /(?:^|\.)(?:googleapis|google)\.com$/i;

const isErrorStatus = (status: number | undefined): status is number =>
  status !== undefined && Number.isInteger(status) && status >= 400 && status < 600;

const lineOf = (text: string): string => oneLine(text.slice(0, LONGEST_MESSAGE));

/** A name or an address: without the white space that some bodies have around it. */
const nameOf = (value: unknown): string | undefined => asText(asText(value)?.trim());

function limitOf(violation: Loose, whole: boolean): QuotaLimit {
  const metric = (nameOf(violation["quotaMetric"]) ?? "").slice(0, LONGEST_NAME);
  const id = (nameOf(violation["quotaId"]) ?? metric).slice(0, LONGEST_NAME);
  return { id, metric, value: asNumber(violation["quotaValue"]), whole };
}

function reasonOf(detail: Loose, whole: boolean): Reason | [] {
  const name = nameOf(detail["reason"]);
  const domain = nameOf(detail["domain"]);
  return name === undefined ? [] : { name, ofGoogle: domain === undefined ? whole : GOOGLE.test(domain) };
}

function helpIn(details: readonly Loose[]): string | undefined {
  const links = details.flatMap((detail) => asRecords(detail["links"]));
  const useful = links.find((link) => !/^learn more/i.test(lineOf(asText(link["description"]) ?? "")));
  return nameOf(useful?.["url"]);
}

function statusOf(error: Loose, status: number): number {
  const code = asNumber(error["code"]);
  if (isErrorStatus(code)) return code;
  return STATUS_OF_NAME.get(nameOf(error["status"]) ?? "") ?? status;
}

/** `retryDelay` as a duration, also in the two older ways of writing one, whose zeros may be missing. */
function retryDelayIn(details: readonly Loose[]): string | undefined {
  const delay = details.map((detail) => detail["retryDelay"]).find((value) => value !== undefined);
  const parts = asRecord(delay);
  const seconds = parts ? (asNumber(parts["seconds"]) ?? 0) + (asNumber(parts["nanos"]) ?? 0) / 1e9 : asNumber(delay);
  return seconds === undefined ? asText(delay) : `${seconds.toFixed(9)}s`;
}

/** What an error object says. `whole`: nothing of it was cut off, else what is absent from its last detail says nothing. `status`: what HTTP says. */
export function errorOf(error: Loose, whole: boolean, status: number): GoogleError {
  const details = asRecords(error["details"]);
  const message = lineOf(asText(error["message"]) ?? "");
  const fields = details.flatMap((detail) => asRecords(detail["fieldViolations"]));
  const metadata = details.map((detail) => asRecord(detail["metadata"]));
  const isWhole = (detail: Loose) => whole || detail !== details.at(-1);
  const limits = details.flatMap((detail) =>
    asRecords(detail["violations"]).map((violation) => limitOf(violation, isWhole(detail))),
  );
  return {
    status: statusOf(error, status),
    message,
    text: lineOf([message, ...fields.map((field) => asText(field["field"]) ?? "")].join(" ")).toLowerCase(),
    html: false,
    reasons: details.flatMap((detail) => reasonOf(detail, isWhole(detail))),
    olderReasons: asRecords(error["errors"]).flatMap((entry) => nameOf(entry["reason"]) ?? []),
    limits: limits.filter((limit) => limit.id !== ""),
    retryDelay: retryDelayIn(details),
    help: helpIn(details),
    metadata: (name) => metadata.map((entry) => nameOf(entry?.[name])).find((value) => value !== undefined),
  };
}
