import type { AccountId, DurationMs, EpochMs } from "../core/account";
import type { PoolEvent } from "../core/event";
import type { Outcome } from "../core/outcome";
import { PARKED_WORDS, reasonWords } from "../core/reasons";
import type { Scope } from "../core/scope";
import { becauseWords } from "./because";
import { oneLine } from "./text";
import { wallTime } from "./wall-time";

/** What event lines are written with. `labelOf` answers undefined for an account that is gone. */
export interface EventWords {
  readonly labelOf: (id: AccountId) => string | undefined;
  /** Local time minus UTC. */
  readonly offsetMs: (at: EpochMs) => DurationMs;
}

const OUTCOME_WORDS: Readonly<Record<Outcome["kind"], string>> = {
  success: "answered",
  aborted: "the caller gave up",
  rejected: "the request was refused as faulty",
  signature: "a thought signature was refused",
  limited: "a limit was reached",
  capacity: "Google was busy",
  transient: "failed on the way or in Google's servers",
  timeout: "took too long",
  unauthorized: "the login was refused",
  parked: "refused until a person sees to it",
  banned: "suspended by Google",
  denied: "refused without a reason",
  egress: "this network or region was refused",
  machine: "this machine or its settings are at fault",
};

/** One event as one line: the clock time and what happened, in plain words. */
export function eventLine(event: PoolEvent, words: EventWords): string {
  const local = wallTime(event.at, words.offsetMs(event.at));
  return oneLine(`${local}  ${happened(event, writer(words))}`);
}

/** A limit that is no limit of calls: Google has no such model there. */
const outcomeWords = ({ outcome, status }: Extract<PoolEvent, { type: "attempt.settled" }>): string =>
  outcome === "limited" && status === 404 ? "does not have this model" : (OUTCOME_WORDS[outcome] ?? outcome);

/** Names and times of one writer. */
interface Writer {
  readonly name: (id: AccountId) => string;
  readonly time: (at: EpochMs) => string;
}

const writer = ({ labelOf, offsetMs }: EventWords): Writer => ({
  name: (id) => labelOf(id) ?? id,
  time: (at) => wallTime(at, offsetMs(at)),
});

function happened(event: PoolEvent, { name, time }: Writer): string {
  switch (event.type) {
    case "account.picked":
      return `${name(event.accountId)} was picked for ${event.model}: ${becauseWords(event.because, time)}`;
    case "account.switched":
      return `${name(event.from)} handed over to ${name(event.to)}: ${becauseWords(event.because, time)}`;
    case "attempt.settled": {
      const status = event.status === 0 || event.outcome === "success" ? "" : ` (HTTP ${event.status})`;
      return `${name(event.accountId)}: ${outcomeWords(event)}${status}`;
    }
    case "account.cooled": {
      const { scope, reason, until, source } = event.cooldown;
      const isStated = source === "server" ? "" : ", by our own estimate";
      return `${scopeWords(scope, name)} rests until ${time(until)}: ${reasonWords(reason)}${isStated}`;
    }
    case "account.parked": {
      const url = event.url === undefined ? "" : ` ${event.url}`;
      return `${event.label} waits for a person: ${PARKED_WORDS[event.state] ?? event.state}. ${event.sentence}${url}`;
    }
    case "token.refreshed":
      return `${name(event.accountId)}: login renewed`;
    case "request.refused": {
      const until = event.until === undefined ? "" : `, until ${time(event.until)}`;
      return `nobody could answer: ${event.because}${until}`;
    }
    case "storage.degraded":
      return event.sentence;
    default:
      // A newer version wrote it.
      return (event as PoolEvent).type;
  }
}

function scopeWords(scope: Scope, name: (id: AccountId) => string): string {
  switch (scope.kind) {
    case "account":
      return name(scope.accountId);
    case "quota":
      return `${scope.group} of ${quotaName(scope.quotaScope, name)}`;
    case "backend-model":
      return `${scope.model} on ${scope.backend}`;
    case "backend":
      return `everything on ${scope.backend}`;
  }
}

/** An account whose quota stands alone is told by its own name. */
function quotaName(quotaScope: string, name: (id: AccountId) => string): string {
  const alone = /^[^/]+\/account-(.+?)(?:\/[^/]*)?$/.exec(quotaScope)?.[1];
  return alone === undefined ? quotaScope : name(alone);
}
