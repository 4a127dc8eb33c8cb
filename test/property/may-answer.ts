import type { Account } from "../../src/core/account";
import type { Cooldown } from "../../src/core/cooldown";
import { placeOf } from "../../src/core/quota/place";
import { quotaScopeOf, scopeKey, scopesOf } from "../../src/core/scope";
import type { PoolState } from "../../src/core/state";
import type { AccountEntry } from "../../src/ports/account-store";
import { HOUR, MINUTE, PACIFIC } from "../core/quota/parts";

/** A call that is out or was sent: where, when, how large, and which pauses it puts to the test. */
export interface SentCall {
  readonly account: Account;
  readonly model: string;
  readonly at: number;
  readonly tokens: number;
  readonly tests: readonly string[];
  /** It went beyond what accounts alike can take, and no other such call was out. */
  readonly isBeyond?: boolean;
  isOut: boolean;
}

/** One question: this account, this model, so many tokens, at this time. */
export interface Question {
  readonly entry: AccountEntry;
  readonly model: string;
  readonly tokens: number;
  readonly left: ReadonlySet<string>;
  readonly now: number;
  readonly state: PoolState;
  readonly sent: readonly SentCall[];
  readonly entries: readonly AccountEntry[];
}

const pausesOf = ({ entry: { account }, model, state }: Question): readonly (readonly [string, Cooldown])[] =>
  scopesOf(account, model).flatMap((scope) => {
    const [key, cooldown] = [scopeKey(scope), state.cooldowns.get(scopeKey(scope))];
    return cooldown ? [[key, cooldown] as const] : [];
  });

/** DESIGN 4: a long stated pause may be tested once in ten minutes if a newer reading says that there is quota. */
function isDoubted(pause: Cooldown, { entry: { account }, model, state, now }: Question): boolean {
  const reading = state.quotas.get(placeOf(account, model).requestsLong)?.reading;
  const isQuota = ["rate-limit", "daily-quota", "quota", "spend-limit"].includes(pause.reason);
  const isLong = pause.until - now > 10 * MINUTE && pause.source === "server" && pause.scope.kind === "quota";
  const saysYes = reading !== undefined && reading.remainingFraction > 0 && reading.observedAt > pause.since;
  return isQuota && isLong && saysYes && now - Math.max(pause.since, pause.probedAt ?? 0) >= 10 * MINUTE;
}

/** A pause whose end was a guess lets one call through first, for ten minutes; so does a short time within a used-up day. */
function isHalfOpen({ reason, source, since, until }: Cooldown, now: number): boolean {
  if (until > now || reason === "rate-limit" || reason === "spend-limit") return false;
  if (reason === "daily-quota") {
    return source === "server" && until - since <= HOUR && since >= PACIFIC.startsAt && now < PACIFIC.endsAt;
  }
  return now - until < 10 * MINUTE && (reason !== "quota" || source === "estimate");
}

/** The pauses that a call would put to the test. */
export const testedPauses = (question: Question): readonly string[] =>
  pausesOf(question).flatMap(([key, pause]) => {
    const isTest = pause.until > question.now ? isDoubted(pause, question) : isHalfOpen(pause, question.now);
    return isTest ? [key] : [];
  });

/**
 * Until when a minute's limit is reached by the calls of the last 60.25 s; undefined where another call fits. A limit that was
 * met within the hour is sure, an older one is likely.
 */
function fullUntil({ entry: { account }, model, state, sent, now, tokens }: Question, isSure: boolean) {
  const place = placeOf(account, model);
  const recent = sent.filter(
    (call) => now - call.at < 60_250 && placeOf(call.account, call.model).requestsMinute === place.requestsMinute,
  );
  const limitOf = (key: string) => {
    const limit = state.quotas.get(key)?.limit;
    return limit && now - limit.observedAt < HOUR === isSure ? limit.value : Number.POSITIVE_INFINITY;
  };
  const [requestLimit, tokenLimit] = [limitOf(place.requestsMinute), limitOf(place.inputTokensMinute)];
  const need = Math.min(tokens, tokenLimit);
  const fits = (calls: readonly SentCall[]) =>
    calls.length + 1 <= requestLimit && calls.reduce((sum, call) => sum + call.tokens, need) <= tokenLimit;
  for (let gone = 0; gone <= recent.length; gone++) {
    if (fits(recent.slice(gone))) return gone === 0 ? undefined : (recent[gone - 1]?.at ?? 0) + 60_250;
  }
  return undefined;
}

function isTooLarge({ entry: { account }, model, state, now, tokens }: Question): boolean {
  const place = placeOf(account, model);
  const [perMinute, perDay] = [place.inputTokensMinute, place.inputTokensLong].map(
    (key) => state.quotas.get(key)?.limit,
  );
  const isAbove = (limit: typeof perDay) => limit !== undefined && limit.value < tokens * 0.75;
  return (isAbove(perMinute) && now - (perMinute?.observedAt ?? 0) < HOUR) || isAbove(perDay);
}

const callsOut = ({ entry: { account }, model, sent }: Question): number => {
  const key = placeOf(account, model).requestsLong;
  return sent.filter((call) => call.isOut && placeOf(call.account, call.model).requestsLong === key).length;
};

/** Used up by our own count or by the last reading. */
function isUsedUp(question: Question): boolean {
  const { entry, model, state } = question;
  const place = placeOf(entry.account, model);
  const leftOf = (key: string) => {
    const { limit, count, reading } = state.quotas.get(key) ?? {};
    const counted = Object.values(count?.by ?? {}).reduce((sum, each) => sum + each, 0);
    const fraction = reading && reading.remainingFraction - (limit ? counted / limit.value : 0);
    return limit ? (fraction === undefined ? limit.value - counted : Math.round(fraction * limit.value)) : fraction;
  };
  const [requests, tokens] = [leftOf(place.requestsLong), leftOf(place.inputTokensLong)];
  const hasLimit = state.quotas.get(place.requestsLong)?.limit !== undefined;
  return (tokens ?? 1) <= 0 || (requests ?? 1) <= 0 || (hasLimit && (requests ?? 1) - callsOut(question) <= 0);
}

const DAY = 24 * HOUR;

/**
 * Nobody has met its limits, but accounts alike have met theirs, and by those it is used up: the highest counts. Then a call
 * that is out for less than two seconds is waited for.
 */
export function isPresumedSpent({ entry: { account }, model, state, sent, now, entries }: Question): boolean {
  const place = placeOf(account, model);
  const alike = entries.map((each) => placeOf(each.account, model)).filter(({ peers }) => peers === place.peers);
  const presumed = (key: "requestsMinute" | "requestsLong", lastsMs: number) => {
    const own = state.quotas.get(place[key])?.limit;
    if (own && now < own.observedAt + 7 * DAY) return Number.POSITIVE_INFINITY;
    const limits = alike.flatMap((each) => state.quotas.get(each[key])?.limit ?? []);
    const values = limits.filter(({ observedAt }) => now < observedAt + lastsMs).map(({ value }) => value);
    return values.length > 0 ? Math.max(...values) : Number.POSITIVE_INFINITY;
  };
  const of = (call: SentCall) => placeOf(call.account, call.model);
  const lately = sent.filter((call) => now - call.at < 60_250 && of(call).requestsMinute === place.requestsMinute);
  if (lately.length + 1 > presumed("requestsMinute", HOUR)) return true;
  const { count, reading, refusal } = state.quotas.get(place.requestsLong) ?? {};
  if (!count || reading || refusal) return false;
  const out = sent.filter((call) => call.isOut && of(call).requestsLong === place.requestsLong).length;
  return Object.values(count.by).reduce((sum, each) => sum + each, out) >= presumed("requestsLong", 7 * DAY);
}

/** The call that puts what is presumed to the test: the first that was sent although it would not have fitted. */
const testOf = (sent: readonly SentCall[], account: Account, model: string): SentCall | undefined =>
  sent.find(
    (call) =>
      call.isOut &&
      call.isBeyond === true &&
      placeOf(call.account, call.model).requestsLong === placeOf(account, model).requestsLong,
  );

/** Whether such a call is out. */
export const isTestedBy = (sent: readonly SentCall[], account: Account, model: string): boolean =>
  testOf(sent, account, model) !== undefined;

/** When it could answer: now, at a time that is known, once somebody else has found out, or not without a person. */
export type MayAnswer = "now" | "when told" | "never" | { readonly at: number };

/** The rules of DESIGN 4, said once more and more simply: whether an account may take a call. */
export function mayAnswer(question: Question): MayAnswer {
  const { entry, model, left, now, state, sent } = question;
  const { account } = entry;
  if (!account.enabled || account.backend === "vertex" || state.parked.has(account.id)) return "never";
  if (left.has(account.id) || left.has(quotaScopeOf(account))) return "never";
  const running = pausesOf(question).filter(([, pause]) => pause.until > now && !isDoubted(pause, question));
  const last = running.reduce<Cooldown | undefined>((a, [, b]) => (a && a.until >= b.until ? a : b), undefined);
  // Nobody waits a day for a model that an account does not have.
  if (last) return last.reason === "model-unavailable" ? "never" : { at: last.until };
  const isTested = pausesOf(question).some(([key]) => sent.some((call) => call.isOut && call.tests.includes(key)));
  if (isTested) return "when told";
  if (isTooLarge(question)) return "never";
  const full = fullUntil(question, true);
  if (full !== undefined) return { at: full };
  // What is only likely used up is tried by one call at a time.
  const likelyFull = fullUntil(question, false);
  if (likelyFull === undefined && !isUsedUp(question) && isPresumedSpent(question)) {
    const until = (testOf(sent, account, model)?.at ?? Number.NEGATIVE_INFINITY) + 2_000;
    return until > now ? { at: until } : "now";
  }
  if (callsOut(question) === 0 || !(likelyFull !== undefined || isUsedUp(question))) return "now";
  return likelyFull === undefined ? "when told" : { at: likelyFull };
}
