import type { DurationMs, EpochMs } from "../account";
import type { CooldownReason, Failure } from "../outcome";
import { quotaScopeOf, scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import { type BusyPlace, busyCooldown, isKnownBusy } from "./busy";
import { cool, pausedBy } from "./pause";
import type { Settlement } from "./settlement";
import { type Suspicion, suspicionKey, type UndetailedRefusal } from "./suspicion";
import { undone } from "./undo";

/** So many quota scopes refused alike within this time, and it is not they. */
const SCOPES = 3;
const ALIKE_MS: DurationMs = 10_000;

/** What Google's words can tell without any detail: then it is about somebody, and no backend is to blame. */
const EXPLAINED: ReadonlySet<CooldownReason> = new Set<CooldownReason>([
  "daily-quota",
  "spend-limit",
  "model-unavailable",
]);

type Undetailed = Extract<Failure, { kind: "limited" } | { kind: "denied" }>;

/** The refusal, where Google gave no reason, no limit and no time. */
function undetailed({ outcome, unsent }: Settlement): Undetailed | undefined {
  if (unsent) return undefined;
  if (outcome.kind === "denied") return outcome;
  if (outcome.kind !== "limited" || outcome.detailed || outcome.scope === "account") return undefined;
  return EXPLAINED.has(outcome.reason) ? undefined : outcome;
}

/**
 * What to do where the backend refuses everybody alike: it cools for that model, and nobody pays for it. Undefined where a
 * refusal is, as far as one can tell, the account's own.
 */
export function backendsFault(
  state: PoolState,
  settlement: Settlement,
  now: EpochMs,
): readonly StateChange[] | undefined {
  const refusal = undetailed(settlement);
  if (!refusal) return undefined;
  const { account, startedAt } = settlement;
  const place = placeOf(settlement);
  if (isKnownBusy(place, state, startedAt)) return [];
  const earlier = recent(state, place, now);
  const scopes = new Set([quotaScopeOf(account), ...earlier.map(({ quotaScope }) => quotaScope)]);
  if (scopes.size < SCOPES) return undefined;
  const sentence = `Several accounts were refused alike: ${refusal.sentence}`;
  return [
    cool(busyCooldown(place, { ...refusal, sentence }, state, now, startedAt)),
    ...earlier.flatMap((each) => undone(each, state, now)),
    ...cleared(state, place, now),
  ];
}

/** Remembers an undetailed refusal with what it has made pause. */
export function suspected(
  state: PoolState,
  settlement: Settlement,
  taught: readonly StateChange[],
  now: EpochMs,
): readonly StateChange[] {
  if (!undetailed(settlement)) return [];
  const place = placeOf(settlement);
  const { account } = settlement;
  const others = recent(state, place, now);
  const own = others.find(({ accountId }) => accountId === account.id);
  const keys = pausedBy(taught).map(({ scope }) => scopeKey(scope));
  const isParked = taught.some(({ type }) => type === "account.parked");
  const refusal: UndetailedRefusal = {
    quotaScope: quotaScopeOf(account),
    accountId: account.id,
    cooldownKeys: [...new Set([...(own?.cooldownKeys ?? []), ...keys])],
    since: own?.since ?? now,
    at: now,
    ...(isParked ? { parkedAt: now } : own?.parkedAt === undefined ? {} : { parkedAt: own.parkedAt }),
  };
  return [set(state, place, [...others.filter((each) => each !== own), refusal], now)];
}

/** A success: the backend does not refuse everybody. */
export function cleared(state: PoolState, place: BusyPlace, now: EpochMs): readonly StateChange[] {
  const known = knownOf(state, place);
  return known && known.refusals.length > 0 ? [set(state, place, [], now)] : [];
}

const placeOf = ({ account, model }: Settlement): BusyPlace => ({ backend: account.backend, model });

const knownOf = ({ suspicions }: PoolState, { backend, model }: BusyPlace): Suspicion | undefined =>
  suspicions.size === 0 ? undefined : suspicions.get(suspicionKey(backend, model));

const recent = (state: PoolState, place: BusyPlace, now: EpochMs): readonly UndetailedRefusal[] =>
  (knownOf(state, place)?.refusals ?? []).filter(({ at }) => now - at <= ALIKE_MS);

function set(state: PoolState, place: BusyPlace, refusals: Suspicion["refusals"], now: EpochMs): StateChange {
  // Later than what it replaces, though the clock stands: of two suspicions the later one holds.
  const updatedAt = Math.max(now, (knownOf(state, place)?.updatedAt ?? 0) + 1);
  return { type: "suspicion.set", suspicion: { ...place, refusals, updatedAt } };
}
