import type { EpochMs } from "../account";
import type { Cooldown } from "../cooldown";
import type { CooldownReason } from "../outcome";
import { scopeKey } from "../scope";
import type { PoolState, StateChange } from "../state";
import type { UndetailedRefusal } from "./suspicion";

/** The reasons of pauses that an undetailed refusal makes; any other has come over it and has its own ground. */
const UNEXPLAINED: ReadonlySet<CooldownReason> = new Set<CooldownReason>([
  "unexplained",
  "rate-limit",
  "quota",
  "denied",
  "lockout",
]);

/** Takes back what an undetailed refusal has brought its account: it was the backend's fault. */
export function undone(refusal: UndetailedRefusal, state: PoolState, now: EpochMs): readonly StateChange[] {
  const { accountId, parkedAt } = refusal;
  const paused = refusal.cooldownKeys
    .flatMap((key) => state.cooldowns.get(key) ?? [])
    .filter((cooldown) => isMadeBy(refusal, cooldown));
  const isParked = parkedAt !== undefined && state.parked.get(accountId)?.since === parkedAt;
  const wasDenied = isParked || paused.some(({ reason }) => reason === "denied");
  return [
    ...paused.map(({ scope }): StateChange => ({ type: "cooldown.lifted", key: scopeKey(scope), at: now })),
    ...(isParked ? [{ type: "account.unparked" as const, accountId, at: now }] : []),
    ...(wasDenied ? forgiven(refusal, state, now) : []),
  ];
}

const isMadeBy = (refusal: UndetailedRefusal, { source, since, reason }: Cooldown): boolean =>
  source === "estimate" && since >= refusal.since && UNEXPLAINED.has(reason);

/** The denial does not count towards the third. */
function forgiven({ accountId }: UndetailedRefusal, { health }: PoolState, now: EpochMs): readonly StateChange[] {
  const known = health.get(accountId);
  if (!known || known.deniedCount === 0) return [];
  return [{ type: "health.set", health: { ...known, deniedCount: known.deniedCount - 1, updatedAt: now } }];
}
