import type { EpochMs } from "../account";
import { type Outlook, outlookOf } from "./outlook";
import { type PresumedLimits, presumedLimit } from "./peers";
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
  /** Used up if its limits are those of accounts alike: asked after others, and by one call until that has been out for two seconds. */
  readonly isPresumedSpent: boolean;
  /** The token limit that this request alone exceeds. */
  readonly tooLargeFor: number | undefined;
}

/** The call that is to be made, the same for all places: a choice among a thousand has no time to make an object for each. */
export interface Demand {
  readonly now: EpochMs;
  /** An estimate. */
  readonly inputTokens: number;
  /** Calls that are out there and not counted yet. */
  inFlightAt(place: QuotaPlace): number;
  /** What fits into the windows of accounts alike. */
  presumedAt(place: QuotaPlace): PresumedLimits;
}

const NOTHING_KNOWN: QuotaStanding = {
  remainingFraction: 1,
  isKnown: false,
  resetAt: undefined,
  usedCount: 0,
  fullUntil: undefined,
  isSpent: false,
  isPresumedSpent: false,
  tooLargeFor: undefined,
};

/** An estimate of tokens may be off by a quarter; only what is too large even then is. */
const SURE_SHARE = 0.75;

const PRESUMED_SPENT: QuotaStanding = { ...NOTHING_KNOWN, isPresumedSpent: true };

/** How a place stands for one more call. One and the same object, after four look-ups, where nothing is known. */
export function standingOf(
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  meter: MinuteMeter,
  demand: Demand,
): QuotaStanding {
  if (known.size === 0) return NOTHING_KNOWN;
  const isPresumedSpent = presumesSpent(place, known, meter, demand);
  const requests = known.get(place.requestsLong);
  const tokens = known.get(place.inputTokensLong);
  const requestsMinute = known.get(place.requestsMinute);
  const tokensMinute = known.get(place.inputTokensMinute);
  if (!requests && !tokens && !requestsMinute && !tokensMinute) {
    return isPresumedSpent ? PRESUMED_SPENT : NOTHING_KNOWN;
  }
  const { now } = demand;
  // To estimate tokens may cost a look at the whole body: only where a limit counts them.
  const inputTokens = tokens || tokensMinute ? demand.inputTokens : 0;
  const call = { inputTokens, inFlightCount: demand.inFlightAt(place), isPresumedSpent };
  const outlook = outlookOf(place, requests, tokens, now);
  if (!requestsMinute && !tokensMinute) return standing(outlook, call, undefined, outlook.tokenLimit);
  const perMinute = { requests: trustedLimit(requestsMinute, now), tokens: trustedLimit(tokensMinute, now) };
  const tokenLimit = Math.min(perMinute.tokens ?? Number.POSITIVE_INFINITY, outlook.tokenLimit);
  const sure = standing(outlook, call, meter.freeAt(place, perMinute, inputTokens, now), tokenLimit);
  const doubted = { requests: doubtedLimit(requestsMinute, now), tokens: doubtedLimit(tokensMinute, now) };
  const likelyFullUntil = meter.freeAt(place, doubted, inputTokens, now);
  return likelyFullUntil === undefined ? sure : { ...sure, isSpent: true, likelyFullUntil };
}

/** What of the demand concerns one place. */
interface Call {
  readonly inputTokens: number;
  readonly inFlightCount: number;
  readonly isPresumedSpent: boolean;
}

function standing(
  outlook: Outlook,
  { inputTokens, inFlightCount, isPresumedSpent }: Call,
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
    isPresumedSpent,
    tooLargeFor: tokenLimit < inputTokens * SURE_SHARE ? tokenLimit : undefined,
  };
}

/** Only where nothing is known of the place's own limits. */
function presumesSpent(
  place: QuotaPlace,
  known: ReadonlyMap<string, QuotaRecord>,
  meter: MinuteMeter,
  demand: Demand,
): boolean {
  const { now } = demand;
  const presumed = demand.presumedAt(place);
  if (presumed.minute === undefined && presumed.long === undefined) return false;
  const requests = presumedLimit(presumed.minute, known.get(place.requestsMinute), now);
  if (requests !== undefined && meter.freeAt(place, { requests }, 0, now) !== undefined) return true;
  const record = known.get(place.requestsLong);
  const long = presumedLimit(presumed.long, record, now);
  if (!record || long === undefined) return false;
  const { isKnown, usedCount } = outlookOf(place, record, known.get(place.inputTokensLong), now);
  return !isKnown && usedCount + demand.inFlightAt(place) >= long;
}
