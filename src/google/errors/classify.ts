import type { BackendName, EpochMs } from "../../core/account";
import type { Failure } from "../../core/outcome";
import { statedTime } from "./delay";
import { limited } from "./limit";
import { type GoogleError, readError } from "./read";
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

const matches = (rule: Rule, error: GoogleError, backend: BackendName): boolean =>
  holds(rule.statuses, (status) => status === error.status) &&
  holds(rule.backends, (name) => name === backend) &&
  (rule.html === undefined || rule.html === error.html) &&
  holds(rule.reasons, (reason) => error.reasons.includes(reason) || error.olderReasons.includes(reason)) &&
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

const LINKS = ["activationUrl", "validation_url", "validationUrl", "appeal_url", "appealUrl"];

/** Where a person can mend it: only addresses that a browser opens safely. */
function linkOf(error: GoogleError, verdict: Verdict): string | undefined {
  const named = LINKS.map((name) => error.metadata(name)).find((url) => url !== undefined);
  const written = verdict.link ? (error.help ?? /https:\/\/[^\s"'<>]+/.exec(error.message)?.[0]) : undefined;
  const url = named ?? written;
  return url?.startsWith("https://") && url.length <= 2_000 ? url.replace(/[.,;)]+$/, "") : undefined;
}

/**
 * Translates one refusal of Google's, once, at the edge. Pure and total: whatever the body holds, it never throws and takes linear time.
 * The rows are in the rule files; how they are weighed: the body before the headers before the status.
 */
export function classify(raw: RawRefusal): Failure {
  const error = readError(raw.body, raw.status, raw.headers.get("location"));
  const verdict = verdictOf(error, raw.backend);
  const until = statedTime(error, raw.headers.get("retry-after"), raw.now);
  const detailed = error.reasons.length > 0 || error.limits.length > 0 || until !== undefined;
  const refused = { status: raw.status >= 400 ? raw.status : error.status, sentence: sentenceFor(error, verdict) };
  const link = linkOf(error, verdict);
  const url = link === undefined ? {} : { url: link };
  switch (verdict.kind) {
    case "limited":
      return limited({ error, verdict, until, detailed, now: raw.now, refused });
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
