import type { AccountId } from "../../../src/core/account";
import { recordKey } from "../../../src/core/quota/record";
import { scopeKey } from "../../../src/core/scope";
import { bindingKey, type PoolState, type StateChange } from "../../../src/core/state";
import type { StateStore } from "../../../src/ports/state-store";
import { aRecord } from "../builders";

/** What is known of one account. Every moment of a storm is unique, so a value is known by its time. */
export interface Sight {
  readonly cooldown: number | null;
  readonly parked: number | null;
  readonly binding: number | null;
  readonly isMixed: boolean;
  readonly health: number | null;
  readonly quota: number | null;
  readonly requests: number;
}

export type Sights = Readonly<Record<AccountId, Sight>>;

export const MODEL = "gemini-2.5-pro";
export const sessionOf = (id: AccountId): string => `ses-${id}`;
export const scopeOf = (id: AccountId) => ({ kind: "account", accountId: id }) as const;
export const recordOf = (id: AccountId, observedAt: number, remainingFraction: number) =>
  aRecord({
    quotaScope: `gemini-api/${id}`,
    reading: { remainingFraction, observedAt, countAt: 0 },
    updatedAt: observedAt,
  });

const bindingIn = ({ bindings }: PoolState, id: AccountId) => bindings.get(bindingKey(sessionOf(id), MODEL));

/** What a store says now. */
export function sightsOf(store: StateStore, ids: readonly AccountId[], now: number): Sights {
  const state = store.current();
  const usage = store.usage(now);
  const sight = (id: AccountId): Sight => ({
    cooldown: state.cooldowns.get(scopeKey(scopeOf(id)))?.since ?? null,
    parked: state.parked.get(id)?.since ?? null,
    binding: bindingIn(state, id)?.lastAnswerAt ?? null,
    isMixed: bindingIn(state, id)?.isMixed ?? false,
    health: state.health.get(id)?.updatedAt ?? null,
    quota: state.quotas.get(recordKey(recordOf(id, 0, 0)))?.reading?.observedAt ?? null,
    requests: usage.get(id)?.total.requests ?? 0,
  });
  return Object.fromEntries(ids.map((id) => [id, sight(id)]));
}

interface Told {
  pauses: { since: number; until: number }[];
  liftedAt: number;
  parked: number[];
  unparkedAt: number;
  bindings: number[];
  isMixed: boolean;
  health: number[];
  quota: number[];
  requests: number;
}

const nothing = (): Told => ({
  pauses: [],
  liftedAt: 0,
  parked: [],
  unparkedAt: 0,
  bindings: [],
  isMixed: false,
  health: [],
  quota: [],
  requests: 0,
});

const sessionAccount = (sessionId: string): AccountId => sessionId.replace(/^ses-/, "");
const scopeAccount = (key: string): AccountId => key.replace(/^account:/, "");

/** The naive model: what these changes mean together, in any order. Only the changes of a storm are understood. */
export function sightsAfter(changes: Iterable<StateChange>, ids: readonly AccountId[]): Sights {
  const told = new Map(ids.map((id) => [id, nothing()]));
  const of = (id: AccountId) => told.get(id) ?? nothing();
  for (const change of changes) learn(of, change);
  return Object.fromEntries([...told].map(([id, each]) => [id, seen(each)]));
}

function learn(of: (id: AccountId) => Told, change: StateChange): void {
  switch (change.type) {
    case "cooldown.set":
      of(scopeAccount(scopeKey(change.cooldown.scope))).pauses.push(change.cooldown);
      return;
    case "cooldown.lifted": {
      const told = of(scopeAccount(change.key));
      told.liftedAt = Math.max(told.liftedAt, change.at);
      return;
    }
    case "account.parked":
      of(change.parked.accountId).parked.push(change.parked.since);
      return;
    case "account.unparked": {
      const told = of(change.accountId);
      told.unparkedAt = Math.max(told.unparkedAt, change.at);
      return;
    }
    case "binding.set": {
      const told = of(sessionAccount(change.binding.sessionId));
      told.bindings.push(change.binding.lastAnswerAt);
      told.isMixed ||= change.binding.isMixed;
      return;
    }
    case "health.set":
      of(change.health.accountId).health.push(change.health.updatedAt);
      return;
    case "quota.learnt":
      of(change.record.quotaScope.replace(/^gemini-api\//, "")).quota.push(change.record.updatedAt);
      return;
    case "usage.added":
      of(change.usage.accountId).requests += change.usage.requests;
      return;
    default:
      throw new Error(`a storm knows no ${change.type}`);
  }
}

const latest = (times: readonly number[]): number | null =>
  times.reduce<number | null>((max, time) => (max === null || time > max ? time : max), null);

/** Of the pauses and parkings that began after the last lift: the longest, the latest. */
function seen({ pauses, liftedAt, parked, unparkedAt, bindings, isMixed, health, quota, requests }: Told): Sight {
  const running = pauses.filter(({ since }) => since > liftedAt);
  const longest = running.reduce<{ since: number; until: number } | undefined>(
    (best, each) => (best === undefined || each.until > best.until ? each : best),
    undefined,
  );
  return {
    cooldown: longest?.since ?? null,
    parked: latest(parked.filter((since) => since > unparkedAt)),
    binding: latest(bindings),
    isMixed,
    health: latest(health),
    quota: latest(quota),
    requests,
  };
}
