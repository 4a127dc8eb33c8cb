import type { EpochMs } from "../account";
import { type Outlook, outlookOf } from "./outlook";
import type { QuotaPlace } from "./place";
import type { QuotaRecord } from "./record";
import type { MinuteMeter } from "./sliding";
import { doubtedLimit, trustedLimit } from "./trust";

/** What is left for one account and model, as a choice looks at it. */
export interface QuotaStanding {
  /** 0..1 of the scarcest long window; 1 while nothing is known. */
  readonly remainingFraction: number;
  readonly isKnown: boolean;
  /** When the scarcest long window resets; undefined while unknown or not begun. */
  readonly resetAt: EpochMs | undefined;
  /** Requests counted in the current long window. */
  readonly usedCount: number;
  /** A minute's limit is reached by our own count until then. */
  readonly fullUntil: EpochMs | undefined;
  /**
   * Used up by our own count, though Google has not said so now: a long window, or a minute whose limit was met long ago.
   * Asked last, one call at a time.
   */
  readonly isSpent: boolean;
  /** When a minute whose limit was met long ago would have room again. */
  readonly likelyFullUntil?: EpochMs;
  /** The token limit that this request alone exceeds. */
  readonly tooLargeFor: number | undefined;
}

/** The call that is to be made. `inputTokens` is an estimate; `inFlightCount`: calls that are out there and not counted yet. */
export interface Demand {
  readonly now: EpochMs;
  readonly inputTokens: number;
  readonly inFlightCount: number;
}

const NOTHING_KNOWN: QuotaStanding = {
  remainingFraction: 1,
  isKnown: false,
  resetAt: undefined,
  usedCount: 0,
  fullUntil: undefined,
  isSpent: false,
  tooLargeFor: undefined,
};

/** An estimate of tokens may be off by a quarter; only what is too large even then is. */
const SURE_SHARE = 0.75;

/** How a place stands for one more call. One and the same object, after four look-ups, where nothing is known. */
export function standingOf(
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  meter: MinuteMeter,
  demand: Demand,
): QuotaStanding {
  if (known.size === 0) return NOTHING_KNOWN;
  const requests = known.get(place.requestsLong);
  const tokens = known.get(place.inputTokensLong);
  const requestsMinute = known.get(place.requestsMinute);
  const tokensMinute = known.get(place.inputTokensMinute);
  if (!requests && !tokens && !requestsMinute && !tokensMinute) return NOTHING_KNOWN;
  const { now } = demand;
  // To estimate tokens may cost a look at the whole body: only where a limit counts them.
  const inputTokens = tokens || tokensMinute ? demand.inputTokens : 0;
  const call = { now, inputTokens, inFlightCount: demand.inFlightCount };
  const outlook = outlookOf(place, requests, tokens, now);
  if (!requestsMinute && !tokensMinute) return standing(outlook, call, undefined, outlook.tokenLimit);
  const perMinute = { requests: trustedLimit(requestsMinute, now), tokens: trustedLimit(tokensMinute, now) };
  const tokenLimit = Math.min(perMinute.tokens ?? Number.POSITIVE_INFINITY, outlook.tokenLimit);
  const sure = standing(outlook, call, meter.freeAt(place, perMinute, inputTokens, now), tokenLimit);
  const doubted = { requests: doubtedLimit(requestsMinute, now), tokens: doubtedLimit(tokensMinute, now) };
  const likelyFullUntil = meter.freeAt(place, doubted, inputTokens, now);
  return likelyFullUntil === undefined ? sure : { ...sure, isSpent: true, likelyFullUntil };
}

function standing(
  outlook: Outlook,
  { inputTokens, inFlightCount }: Demand,
  fullUntil: EpochMs | undefined,
  tokenLimit: number,
): QuotaStanding {
  const { remainingFraction, isKnown, resetAt, usedCount } = outlook;
  return {
    remainingFraction,
    isKnown,
    resetAt,
    usedCount,
    fullUntil,
    isSpent: outlook.isSpent || outlook.leftCount - inFlightCount <= 0,
    tooLargeFor: tokenLimit < inputTokens * SURE_SHARE ? tokenLimit : undefined,
  };
}
