import type { Account, AccountId, BackendModelGroups, BackendName, DurationMs, EpochMs } from "../core/account";
import type { CallTraits } from "../core/call";
import { isCooling } from "../core/cooldown";
import { type BusyPlace, busyCooldown, wasBusy } from "../core/health/busy";
import type { Failure } from "../core/outcome";
import type { QuotaPlace } from "../core/quota/place";
import type { Refusal } from "../core/refusal";
import type { Policy } from "../core/rotation/policy";
import { nextBackAt, refusalOf } from "../core/rotation/refuse";
import { scopeKey } from "../core/scope";
import type { AccountEntry, AccountSource, AccountsView } from "../ports/account-store";
import type { StateStore } from "../ports/state-store";
import type { Chance, Clock, EventSink } from "../ports/world";
import { Bell } from "./bell";
import { Chooser } from "./chooser";
import { Claims } from "./claims";
import type { Lease } from "./lease";
import { type LeasingParts, leaseOf } from "./leasing";
import { Lineup } from "./lineup";
import { Load } from "./load";
import { Look, type Wish } from "./look";
import { restingIn } from "./recheck";
import { forgetReplaced } from "./unpark";

/** What the pool is made of. `serves`: whether backend and kind of credential are built in for that call. */
export interface PoolParts {
  readonly source: AccountSource;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly events: EventSink;
  readonly serves: (account: Account, call: CallTraits) => boolean;
  readonly policy?: Policy;
  readonly modelGroups?: BackendModelGroups;
}

/**
 * So many names there are for processes that count: one after another may use the same, so that a day of many short
 * processes does not grow the record. Two at once with one name lose some counts, which a refusal puts right.
 */
const WRITERS = 32;

/** A lease, or why nobody can answer. `backAt` is set where an account comes back by itself. */
export type Acquired =
  | { readonly kind: "leased"; readonly lease: Lease }
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      readonly backAt: EpochMs | undefined;
      /** Seats that rest for long, whose quota could be read meanwhile. */
      readonly resting: readonly AccountEntry[];
    };

/** All accounts of a user as one: knows who can answer, picks, and learns from every outcome. One per process. */
export class AccountPool {
  readonly #parts: PoolParts;
  readonly #lineup: Lineup;
  readonly #load = new Load();
  readonly #claims = new Claims();
  readonly #chooser: Chooser;
  readonly #leasing: LeasingParts;
  readonly #bell: Bell;
  #seen: AccountsView | undefined;

  constructor(parts: PoolParts) {
    const { chance, clock, source, state, policy, modelGroups } = parts;
    this.#parts = parts;
    this.#lineup = new Lineup(modelGroups);
    this.#bell = new Bell(clock);
    this.#chooser = new Chooser({ load: this.#load, chance, policy });
    this.#leasing = {
      ...parts,
      load: this.#load,
      claims: this.#claims,
      bell: this.#bell,
      chooser: this.#chooser,
      writer: `w${Math.floor(chance.random() * WRITERS)}`,
      accounts: () => this.#lineup.entries(source.current(), state.current()).map(({ account }) => account),
    };
  }

  /** Picks an account and counts it as in flight until the lease is released. Never waits. */
  acquire(wish: Wish): Acquired {
    const { view, look } = this.#look(wish);
    const chosen = this.#chooser.choose(look);
    if (chosen) return { kind: "leased", lease: leaseOf({ ...chosen, look }, this.#leasing) };
    const assessed = look.assessed();
    const refusal = refusalOf(assessed, wish.model, view.problem);
    return { kind: "refused", refusal, backAt: nextBackAt(assessed), resting: restingIn(look) };
  }

  /** Resolves once something changed that may let a request go on, at the latest after `ms`; rejects when the signal aborts. */
  async changed(ms: DurationMs, signal?: AbortSignal): Promise<void> {
    const cancel = this.#parts.source.watch?.(() => this.#bell.ring());
    try {
      await this.#bell.wait(ms, signal);
    } finally {
      cancel?.();
    }
  }

  /** Whether a quota scope outside `wish.left` could take the call now. */
  othersUsable(wish: Wish): boolean {
    const { look } = this.#look(wish);
    return look.entrants.some((entrant) => look.canAnswer(entrant));
  }

  /** A whole request has found the model busy on this backend: the next ones do not ask again at once, but from then on. */
  foundBusy(place: BusyPlace, outcome: Failure): EpochMs {
    const { state, clock } = this.#parts;
    const cooldown = busyCooldown(place, outcome, state.current(), clock.now());
    state.apply([{ type: "cooldown.set", cooldown }]);
    // The backend itself may be out for longer.
    const outage = state.current().cooldowns.get(scopeKey({ kind: "backend", backend: place.backend }));
    return Math.max(cooldown.until, outage?.until ?? 0);
  }

  /** Whether a call to this model would be the probe after a busy time. */
  isProbe(place: BusyPlace): boolean {
    return wasBusy(place, this.#parts.state.current(), this.#parts.clock.now());
  }

  /** Whether nobody asks this backend for a while, whatever the account and the model. */
  isOut(backend: BackendName): boolean {
    const { state, clock } = this.#parts;
    return isCooling(state.current().cooldowns.get(scopeKey({ kind: "backend", backend })), clock.now());
  }

  /** Whether an account is still there, switched on and waiting for nobody, and its backend is not out. */
  isOpen(id: AccountId): boolean {
    const { source, state } = this.#parts;
    const account = source.current().entries.find((entry) => entry.account.id === id)?.account;
    return account?.enabled === true && !state.current().parked.has(id) && !this.isOut(account.backend);
  }

  /** Calls of this process that are out on an account. */
  inFlight(id: AccountId): number {
    return this.#load.count(id);
  }

  /** Calls of this process that are out now, by quota. */
  inFlightNow(): (place: QuotaPlace) => number {
    return this.#load.now();
  }

  #look(wish: Wish): { readonly view: AccountsView; readonly look: Look } {
    const { source, state: store, clock, serves } = this.#parts;
    const view = source.current();
    if (view !== this.#seen) this.#notice(view);
    const state = store.current();
    const entrants = this.#lineup.of(view, state, wish.model);
    const [load, claims] = [this.#load, this.#claims];
    return { view, look: new Look({ wish, now: clock.now(), state, entrants, load, claims, serves }) };
  }

  /** The accounts are not what they were at the last look. */
  #notice(view: AccountsView): void {
    const { state, clock, events } = this.#parts;
    this.#seen = view;
    forgetReplaced(view.entries, state, clock.now());
    if (view.problem !== undefined) events.emit({ type: "storage.degraded", at: clock.now(), sentence: view.problem });
    this.#bell.ring();
  }
}
