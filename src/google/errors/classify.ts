import type { BackendName, EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { consumerOf } from "./consumer";
import { clockAheadMs, statedTime } from "./delay";
import type { GoogleError } from "./google-error";
import { limited } from "./limit";
import { linkOf } from "./link";
import { readError } from "./read";
import { REASON_RULES } from "./reason-rules";
import { sentenceFor } from "./sentence";
import { STATUS_RULES, TEXT_RULES } from "./text-rules";
import type { Rule, Verdict } from "./verdict";

/** One refusal as it came over the wire. `body` holds at most 64 KiB. */
export interface RawRefusal {
  readonly backend: BackendName;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly now: EpochMs;
}

const holds = <T>(wanted: readonly T[] | undefined, test: (value: T) => boolean): boolean =>
  wanted === undefined || wanted.some(test);

const hasReason = ({ reasons, olderReasons }: GoogleError, rule: Rule, wanted: string): boolean =>
  reasons.some(({ name, ofGoogle }) => name === wanted && (ofGoogle || rule.anyDomain === true)) ||
  olderReasons.includes(wanted);

const matches = (rule: Rule, error: GoogleError, backend: BackendName): boolean =>
  holds(rule.statuses, (status) => status === error.status) &&
  holds(rule.backends, (name) => name === backend) &&
  (rule.html === undefined || rule.html === error.html) &&
  holds(rule.reasons, (reason) => hasReason(error, rule, reason)) &&
  holds(rule.starts, (text) => error.text.startsWith(text)) &&
  holds(rule.has, (text) => error.text.includes(text));

/** What is left: other 4xx are about the request, all else is a server that failed. */
const byClass = (status: number): Verdict => ({ kind: status >= 400 && status < 500 ? "rejected" : "transient" });

/** `ErrorInfo.reason`, then `QuotaFailure`, then the words, then the status: the most exact source wins. */
function verdictOf(error: GoogleError, backend: BackendName): Verdict {
  const among = (rules: readonly Rule[]) => rules.find((rule) => matches(rule, error, backend))?.verdict;
  const quota: Verdict | undefined = error.limits.length > 0 ? { kind: "limited" } : undefined;
  return among(REASON_RULES) ?? quota ?? among(TEXT_RULES) ?? among(STATUS_RULES) ?? byClass(error.status);
}

/** The `Date` of a stream is older than the error in it: only that of a refusal tells Google's clock. */
function untilOf(error: GoogleError, { status, headers, now }: RawRefusal): EpochMs | undefined {
  const aheadMs = status >= 300 ? clockAheadMs(headers.get("date"), now) : 0;
  return statedTime(error, { retryAfter: headers.get("retry-after"), aheadMs }, now);
}

/**
 * Translates one refusal of Google's, once, at the edge. Pure and total: whatever the body holds, it never throws and takes linear time.
 * The rows are in the rule files; how they are weighed: the body before the headers before the status.
 */
export function classify(raw: RawRefusal): Failure {
  const { backend, now } = raw;
  const error = readError(raw.body, raw.status, raw.headers.get("location"));
  const verdict = verdictOf(error, backend);
  const until = untilOf(error, raw);
  const detailed = error.reasons.length > 0 || error.limits.length > 0 || until !== undefined;
  const status = raw.status >= 400 ? raw.status : error.status;
  const consumer = consumerOf(error, verdict, backend);
  const refused = { status, sentence: sentenceFor(error, verdict), ...(consumer === undefined ? {} : { consumer }) };
  const link = linkOf(error, verdict);
  const url = link === undefined ? {} : { url: link };
  switch (verdict.kind) {
    case "limited":
      return limited({ error, verdict, backend, until, detailed, now, refused });
    case "capacity":
      return { kind: "capacity", detailed, ...(until === undefined ? {} : { until }), ...refused };
    case "transient":
      return { kind: "transient", cause: "server", ...refused };
    case "parked":
      return { kind: "parked", state: verdict.state, scope: verdict.scope, ...url, ...refused };
    case "banned":
      return { kind: "banned", ...url, ...refused };
    default:
      return { kind: verdict.kind, ...refused };
  }
}
