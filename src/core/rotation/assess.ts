import type { Account, BackendName, CredentialKind, DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import { mayProbe, needsProbe } from "../health/probe";
import type { QuotaPlace } from "../quota/place";
import type { QuotaStanding } from "../quota/standing";
import type { Parked, PoolState } from "../state";
import type { Contender } from "./contender";

/** Whether an account can take a call for a model now, and if not, why and until when. */
export type Availability =
  | { readonly kind: "available" }
  | { readonly kind: "disabled" }
  /** This version cannot use it for that. */
  | { readonly kind: "unsupported"; readonly backend: BackendName; readonly credential: CredentialKind }
  | { readonly kind: "parked"; readonly parked: Parked }
  | { readonly kind: "cooling"; readonly cooldown: Cooldown }
  /** A limit per minute is reached by our own count: another call would only be refused. */
  | { readonly kind: "full"; readonly until: EpochMs }
  /** The request alone is more than a limit of tokens. */
  | { readonly kind: "too-large"; readonly limit: number }
  /** One call is out to see whether it answers again; nobody else asks meanwhile. Looked at again at `until` at the latest. */
  | { readonly kind: "probing"; readonly until: EpochMs };

/** Everything beside the account that an assessment looks at, at one moment. */
export interface Sight {
  readonly now: EpochMs;
  readonly state: PoolState;
  /** Its backend is built in and can do what is asked. */
  serves(account: Account): boolean;
  /** A call is out to see whether the cooldown with this key still holds. */
  isProbing(key: string): boolean;
  standing(place: QuotaPlace): QuotaStanding;
  /** Calls that are out on that quota. */
  inFlightAt(place: QuotaPlace): number;
  /** When the call began that puts the limit of accounts alike to the test; undefined where none is out. */
  testedSince(place: QuotaPlace): EpochMs | undefined;
}

const AVAILABLE: Availability = { kind: "available" };
const DISABLED: Availability = { kind: "disabled" };

/** How long somebody waits for another's probe before he looks again by himself. */
const PROBE_PATIENCE_MS: DurationMs = 2_000;

/** Google refuses within so much time: what is out for longer is being answered. */
const REFUSED_WITHIN_MS: DurationMs = 2_000;

/** Looks at the account alone; load, order and taste are the business of `pick`. */
export function assess(contender: Contender, sight: Sight): Availability {
  const { account } = contender;
  if (!account.enabled) return DISABLED;
  if (!sight.serves(account)) {
    return { kind: "unsupported", backend: account.backend, credential: account.credential };
  }
  const { parked, cooldowns } = sight.state;
  const waits = parked.size > 0 ? parked.get(account.id) : undefined;
  if (waits) return { kind: "parked", parked: waits };
  const paused = cooldowns.size > 0 ? pause(contender, sight) : undefined;
  return paused ?? limited(contender, sight) ?? AVAILABLE;
}

/** The pause that holds, or somebody else's probe. */
function pause(contender: Contender, sight: Sight): Availability | undefined {
  const longest = longestCooldown(contender, sight);
  if (longest) return { kind: "cooling", cooldown: longest };
  const isProbing = contender.scopeKeys.some((key) => sight.state.cooldowns.has(key) && sight.isProbing(key));
  return isProbing ? { kind: "probing", until: sight.now + PROBE_PATIENCE_MS } : undefined;
}

/** The pause that keeps this account from the model longest; one that a newer reading doubts keeps nobody. */
export function longestCooldown(contender: Contender, sight: Sight): Cooldown | undefined {
  let longest: Cooldown | undefined;
  for (const key of contender.scopeKeys) {
    const cooldown = sight.state.cooldowns.get(key);
    if (!isCooling(cooldown, sight.now) || isDoubtful(cooldown, contender, sight)) continue;
    if (cooldown.until > (longest?.until ?? 0)) longest = cooldown;
  }
  return longest;
}

/** A newer reading says that there is quota: worth one call. */
function isDoubtful(cooldown: Cooldown, { place }: Contender, { state, now }: Sight): boolean {
  if (cooldown.scope.kind !== "quota" || cooldown.source !== "server") return false;
  const reading = state.quotas.get(place.requestsLong)?.reading;
  return reading !== undefined && mayProbe(cooldown, reading.observedAt, reading.remainingFraction, now);
}

function limited({ place }: Contender, sight: Sight): Availability | undefined {
  const { tooLargeFor, fullUntil, isSpent, isPresumedSpent, likelyFullUntil } = sight.standing(place);
  if (tooLargeFor !== undefined) return { kind: "too-large", limit: tooLargeFor };
  if (fullUntil !== undefined && fullUntil > sight.now) return { kind: "full", until: fullUntil };
  if (isPresumedSpent && !isSpent) return asked(place, sight);
  if (!isSpent || sight.inFlightAt(place) === 0) return undefined;
  if (likelyFullUntil !== undefined && likelyFullUntil > sight.now) return { kind: "full", until: likelyFullUntil };
  return { kind: "probing", until: sight.now + PROBE_PATIENCE_MS };
}

/**
 * A limit of accounts alike is no proof: one call finds out, and nobody waits longer for it than a refusal takes. A call that has
 * not been refused until then is being answered, so whoever comes may go.
 */
function asked(place: QuotaPlace, sight: Sight): Availability | undefined {
  const until = (sight.testedSince(place) ?? Number.NEGATIVE_INFINITY) + REFUSED_WITHIN_MS;
  return until > sight.now ? { kind: "probing", until } : undefined;
}

/** The cooldowns that a call on this account would put to the test, so that nobody else does meanwhile. */
export function testedBy(contender: Contender, sight: Sight): readonly Cooldown[] {
  if (sight.state.cooldowns.size === 0) return [];
  return contender.scopeKeys.flatMap((key) => {
    const cooldown = sight.state.cooldowns.get(key);
    if (!cooldown) return [];
    const isTest = isCooling(cooldown, sight.now)
      ? isDoubtful(cooldown, contender, sight)
      : needsProbe(cooldown, sight.now);
    return isTest ? [cooldown] : [];
  });
}
