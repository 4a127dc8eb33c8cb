import { scopeKey, scopesOf } from "../scope";
import type { PoolState, StateChange } from "../state";
import type { Answering } from "./settlement";

/** A success ends every pause that began before the call did; a younger one was learnt later and stays. */
export function lifts({ cooldowns }: PoolState, { account, model, startedAt }: Answering): readonly StateChange[] {
  if (cooldowns.size === 0) return [];
  return scopesOf(account, model)
    .map(scopeKey)
    .filter((key) => (cooldowns.get(key)?.since ?? Number.POSITIVE_INFINITY) <= startedAt)
    .map((key) => ({ type: "cooldown.lifted", key, at: startedAt }));
}
