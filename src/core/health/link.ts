import type { AccountId, DurationMs, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import { isUnlabelled, type Link, linkKey } from "../identity";
import type { Outcome } from "../outcome";
import { pacificDayStart } from "../quota/pacific-day";
import { scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import { quotaOf } from "./pause";
import type { Settlement } from "./settlement";

/** Two keys refused for the same limit within this time are refused alike. */
const ALIKE_MS: DurationMs = 10_000;
const LINK_MS: DurationMs = 24 * 3_600_000;
const MINUTE_MS: DurationMs = 60_000;

type Limited = Extract<Outcome, { kind: "limited" }>;

/** A limit on requests in a minute or a day. A limit on tokens may be too small for one request, whoever asks. */
const isTelling = ({ reason, quotaId, window }: Limited): boolean =>
  quotaId !== undefined &&
  (reason === "rate-limit" || reason === "daily-quota") &&
  (window === undefined || window.meter === "requests");

/** The cooldown, marked where nobody here had used the quota that is gone. */
export function markedUnused(state: PoolState, settlement: Settlement, outcome: Limited, cooldown: Cooldown): Cooldown {
  if (!isTelling(outcome) || !isUnlabelled(settlement.account)) return cooldown;
  return wasUnused(state, settlement, cooldown) ? { ...cooldown, wasUnused: true } : cooldown;
}

function wasUnused(
  state: PoolState,
  { account, startedAt, inFlightCount = 1 }: Settlement,
  { scope, quotaId, reason, since }: Cooldown,
): boolean {
  const previous = state.cooldowns.get(scopeKey(scope));
  // Parallel calls are refused together: the first of them has told.
  if (previous?.quotaId === quotaId && isCooling(previous, startedAt)) return previous.wasUnused === true;
  if (inFlightCount > 1) return false;
  const windowStart = reason === "daily-quota" ? pacificDayStart(since) : since - MINUTE_MS;
  return (state.health.get(account.id)?.lastUsedAt ?? 0) < windowStart;
}

/**
 * The links that a refusal gives reason for: another key was refused for the same limit just now, and only one of the two
 * had used it. So the other's quota was spent by the first.
 */
export function linked(
  state: PoolState,
  { account, model, accounts }: Settlement,
  outcome: Limited,
  cooldown: Cooldown,
): readonly StateChange[] {
  if (!isTelling(outcome) || !isUnlabelled(account)) return [];
  return accounts().flatMap((other) => {
    if (other.id === account.id || !isUnlabelled(other)) return [];
    const theirs = state.cooldowns.get(scopeKey(quotaOf(other, model)));
    if (!theirs || !isAlike(cooldown, theirs)) return [];
    const known = state.links.get(linkKey(account.id, other.id));
    const lives = known !== undefined && known.until > cooldown.since;
    if (!lives && theirs.wasUnused === cooldown.wasUnused) return [];
    const since = lives ? known.since : cooldown.since;
    return [{ type: "link.set" as const, link: linkOf(account.id, other.id, cooldown, since) }];
  });
}

const isAlike = (ours: Cooldown, theirs: Cooldown): boolean =>
  theirs.quotaId === ours.quotaId &&
  theirs.reason === ours.reason &&
  theirs.sharedWith === undefined &&
  Math.abs(ours.since - theirs.since) <= ALIKE_MS;

function linkOf(one: AccountId, other: AccountId, { quotaId = "", since: now }: Cooldown, since: EpochMs): Link {
  const [a, b] = one < other ? [one, other] : [other, one];
  return { a, b, quotaId, since, until: now + LINK_MS };
}
