import type { Account, AccountId } from "../core/account";
import type { CallTraits } from "../core/call";
import type { AccountPool } from "../pool/account-pool";
import type { Dispatch } from "../pool/dispatch";
import { systemChance } from "../system/chance";
import { systemClock } from "../system/clock";
import { systemFetch } from "../system/fetch";
import { openGoogle } from "./google";
import type { Sources } from "./sources";
import { openStores, type Stores } from "./stores";

/** The one pool of a process, and what its faces need beside it. */
export interface OpenPool extends Stores {
  readonly dispatch: Dispatch;
  readonly pool: AccountPool;
}

/** The stores with a pool on top. */
export async function openPool(sources?: Sources): Promise<OpenPool> {
  const [
    stores,
    { AccountPool },
    { createDispatch },
    { Tokens },
    { describe },
    { hasSignatures, isRepairable },
    { QuotaWatch },
    { SeatProjects },
    { textChars },
  ] = await Promise.all([
    openStores(sources),
    import("../pool/account-pool"),
    import("../pool/dispatch"),
    import("../pool/tokens"),
    import("../google/describe"),
    import("../google/signatures"),
    import("../pool/quota-watch"),
    import("../pool/seat-projects"),
    import("../google/text-chars"),
  ]);
  const { accounts: store, source, state, events, settings, markOf } = stores;
  const world = { clock: systemClock, chance: systemChance, fetch: systemFetch, events };
  const { backends, refresher, minter, probe, setup } = await openGoogle(() => settings().endpoints);
  const isParked = (id: AccountId) => state.current().parked.has(id);
  const tokens = new Tokens({ store, refresher, minter, clock: systemClock, events, isParked });
  const placed = new SeatProjects({ tokens, setup, store, clock: systemClock, events });
  // What a backend can do does not hang on its address: asked for each account at each choice, so without a look at the options.
  const built = { ...backends };
  const serves = (account: Account, call: CallTraits) =>
    stores.serves(account) && (built[account.backend]?.supports(call) ?? false);
  const pool = new AccountPool({ ...world, source, state, serves, settings, markOf });
  const quotas = new QuotaWatch({ probe, state, clock: systemClock, inFlightNow: () => pool.inFlightNow() });
  const reading = { describe, hasSignatures, isRepairable, textChars };
  const dispatch = createDispatch({ ...world, ...reading, pool, tokens: placed, backends, quotas });
  const close = () => {
    tokens.close();
    stores.close();
  };
  return { ...stores, pool, dispatch, snapshot: () => stores.snapshot((id) => pool.inFlight(id)), close };
}
