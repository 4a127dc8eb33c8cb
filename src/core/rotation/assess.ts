import type { Account, EpochMs } from "../account";
import { type Cooldown, isCooling } from "../cooldown";
import { scopeKey, scopesOf } from "../scope";
import type { Parked, PoolState } from "../state";

/** Whether an account can take a call for a model now, and if not, why and until when. */
export type Availability =
  | { readonly kind: "available" }
  | { readonly kind: "disabled" }
  | { readonly kind: "unsupported"; readonly because: string }
  | { readonly kind: "parked"; readonly parked: Parked }
  | { readonly kind: "cooling"; readonly cooldown: Cooldown };

const AVAILABLE: Availability = { kind: "available" };

/** Looks at the account alone; load, order and taste are the business of `pick`. `served`: its backend is built in and can do what is asked. */
export function assess(account: Account, model: string, state: PoolState, served: boolean, now: EpochMs): Availability {
  if (!account.enabled) return { kind: "disabled" };
  if (!served)
    return {
      kind: "unsupported",
      because: `this version cannot use it for that (${account.backend}, ${account.credential})`,
    };
  const parked = state.parked.get(account.id);
  if (parked) return { kind: "parked", parked };
  const cooldown = longestCooldown(account, model, state, now);
  return cooldown ? { kind: "cooling", cooldown } : AVAILABLE;
}

/** The pause that keeps this account from this model longest, or nothing. */
export function longestCooldown(account: Account, model: string, state: PoolState, now: EpochMs): Cooldown | undefined {
  if (state.cooldowns.size === 0) return undefined;
  let longest: Cooldown | undefined;
  for (const scope of scopesOf(account, model)) {
    const cooldown = state.cooldowns.get(scopeKey(scope));
    if (isCooling(cooldown, now) && cooldown.until > (longest?.until ?? 0)) longest = cooldown;
  }
  return longest;
}
